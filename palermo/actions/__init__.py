"""What may a user do? Use cases per step: permission -> step -> save -> audit, in one transaction."""
