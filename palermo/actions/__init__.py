"""What may a user do? Use cases, a module per step: permission -> step -> save -> audit, in one transaction."""
