"""Which address shows what? Codes and random ids only: never a name, free text or file name."""

from django.urls import path, register_converter

from palermo.web import account_urls
from palermo.web.views import (
    audit,
    backups,
    break_glass,
    cases,
    codes,
    conduct,
    design,
    erasure,
    exports,
    files,
    home,
    imports,
    labels,
    languages,
    members,
    people,
    rights,
    sign_in,
    tables,
    tracing,
    vault,
)


class PublicId:
    """A public id: 32 hex digits."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TableName(PublicId):
    regex = "[a-z0-9_-]{1,60}"


class ListName(PublicId):
    regex = "[A-Za-z0-9_]{1,80}"


register_converter(PublicId, "id")
register_converter(ListName, "codes")
register_converter(TableName, "table")

urlpatterns = [
    path("", home.home, name="home"),
    path("language", languages.choose, name="language"),
    path("switch", sign_in.switch, name="switch"),
    path("switch/<id:membership>", sign_in.switch_to, name="switch-to"),
    path("design", design.design, name="design"),
    path("cases", cases.listing, name="cases"),
    path("cases/counts", cases.counts, name="case-counts"),
    path("cases/<id:case>", cases.one, name="case"),
    path("cases/<id:case>/erase", erasure.confirm, name="case-erase"),
    path("cases/<id:case>/erased", erasure.erased, name="case-erased"),
    path("cases/<id:case>/files/add", files.add, name="file-add"),
    path("files/<id:file>", files.download, name="file"),
    path("files/<id:file>/remove", files.remove, name="file-remove"),
    path("cases/<id:case>/who-saw", audit.who_saw, name="who-saw"),
    path("who-saw", audit.ask, name="who-saw-ask"),
    path("audit", audit.chain, name="audit"),
    path("audit/head", audit.head, name="audit-head"),
    path("imports", imports.listing, name="imports"),
    path("imports/new", imports.new, name="import-new"),
    path("imports/jobs/<id:job>", imports.running, name="import-job"),
    path("imports/jobs/<id:job>/cancel", imports.cancel, name="import-cancel"),
    path("imports/<id:submission>", imports.one, name="import"),
    path("imports/<id:submission>/bad-rows", imports.bad_rows, name="import-bad-rows"),
    path("exports", exports.listing, name="exports"),
    path("exports/new", exports.new, name="export-new"),
    path("exports/<id:export>", exports.one, name="export"),
    path("exports/<id:export>/progress", exports.running, name="export-job"),
    path("exports/<id:export>/start", exports.start, name="export-start"),
    path("exports/<id:export>/withdraw", exports.withdraw, name="export-withdraw"),
    path("exports/<id:export>/passphrase", exports.passphrase, name="export-passphrase"),
    path("exports/<id:export>/file", exports.file, name="export-file"),
    path("exports/<id:export>/answer", exports.answer, name="export-answer"),
    path("backups", backups.last, name="backups"),
    path("labels", labels.unresolved, name="labels"),
    path("labels/settled", labels.settled, name="labels-settled"),
    path("labels/<id:decision>/forget", labels.forget, name="label-forget"),
    path("codes", codes.index, name="codes"),
    path("codes/<codes:listed>", codes.one, name="code-list"),
    path("tables", tables.index, name="tables"),
    path("tables/download", tables.download, name="tables-download"),
    path("tables/trace", tracing.trace, name="trace"),
    path("tables/<table:table>", tables.one, name="table"),
    *account_urls.routes(),
    path("conduct", conduct.report, name="conduct"),
    path("conduct/key", conduct.key, name="conduct-key"),
    path("conduct/confirm", conduct.confirm, name="conduct-confirm"),
    path("break-glass", break_glass.overview, name="break-glass"),
    path("break-glass/<id:asked>", break_glass.one, name="break-glass-one"),
    path("break-glass/<id:asked>/answer", break_glass.answer, name="break-glass-answer"),
    path("break-glass/<id:asked>/review", break_glass.review, name="break-glass-review"),
    path("break-glass/<id:asked>/seen", break_glass.seen, name="break-glass-seen"),
    path("members", members.listing, name="members"),
    path("members/<id:membership>", members.one, name="member"),
    path("members/<id:membership>/remove", members.remove, name="member-remove"),
    path("members/<id:membership>/sign-out", members.sign_out, name="member-sign-out"),
    path("members/<id:membership>/second-factor", members.reset_factor, name="member-second-factor"),
    path("members/<id:membership>/role", members.change_role, name="member-role"),
    path("roles-given/<id:given>/seen", members.given_seen, name="role-given-seen"),
    path("rights", rights.table, name="rights"),
    path("people", people.search, name="people"),
    path("vault", vault.overview, name="vault"),
    path("vault/set-up", vault.set_up, name="vault-set-up"),
    path("vault/set-up/write-down", vault.write_down, name="vault-write-down"),
    path("vault/set-up/prove", vault.prove, name="vault-prove"),
    path("vault/unlock", vault.unlock, name="vault-unlock"),
    path("vault/lock", vault.lock, name="vault-lock"),
    path("vault/join", vault.join, name="vault-join"),
    path("vault/members/<id:member>/let-in", vault.let_in, name="vault-let-in"),
    path("vault/members/<id:member>/take-key", vault.take_key, name="vault-take-key"),
    path("vault/passphrase", vault.passphrase, name="vault-passphrase"),
    path("vault/recover", vault.recover, name="vault-recover"),
    path("vault/change-key", vault.change_key, name="vault-change-key"),
    path("vault/work/<id:job>", vault.work, name="vault-work"),
    path("vault/work/<id:job>/cancel", vault.cancel_work, name="vault-cancel-work"),
]
