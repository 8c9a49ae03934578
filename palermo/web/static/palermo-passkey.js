// Joins our forms to allauth's passkey script. Shows a form only where the browser can do it.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !window.allauth) return;
  const problem = form.querySelector("[data-passkey-problem]");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    problem.hidden = false;
  });
  const kind = form.dataset.passkey;
  const go = { login: "login", add: "add", authenticate: "authenticate" }[kind];
  const ids = { [go]: "passkey-go", credential: "passkey-credential" };
  if (document.getElementById("id_passwordless")) ids.passwordless = "id_passwordless";
  const data = form.dataset.options ? JSON.parse(form.dataset.options) : undefined;
  window.allauth.webauthn.forms[`${kind}Form`]({ ids, data });
  form.hidden = false;
})();
