// Warns before a session ends and keeps what was typed when it has ended. Asking never prolongs the session.
(() => {
  const dialog = document.getElementById("idle");
  if (!dialog || !dialog.showModal) return;
  const { who, idle, warning, alive, stay } = dialog.dataset;
  const title = document.getElementById("idle-title");
  const still = dialog.querySelector("[data-still]");
  const warnAt = Number(warning);
  let ends = Date.now() + Number(idle) * 1000; // as far as this page knows
  let timer = 0;
  let waiting = null; // the form, and its button, that wait for the session

  async function ask(address, options = {}) {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });
    if (!answer.ok) throw new Error("no answer");
    return answer.json();
  }

  function show(state) {
    for (const part of dialog.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    still.hidden = true;
    // A session that has ended leaves nothing to read on the screen: the page is covered until somebody signs in.
    dialog.classList.toggle("idle--covers", state === "ended" || state === "other" || Date.now() >= ends);
    if (dialog.dataset.state === state && dialog.open) return;
    dialog.dataset.state = state;
    if (!dialog.open) dialog.showModal();
    title.focus();
  }

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(seconds, 0.2) * 1000);
  }

  // What the server says, as a state of the dialog; "" where all is well.
  async function state() {
    let said;
    try {
      said = await ask(alive, { headers: { Accept: "application/json" } });
    } catch {
      return "unreachable";
    }
    if (!said.alive) return "ended";
    ends = Date.now() + said.left * 1000;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = said.token;
    if (said.who !== who) return "other";
    const soon = said.left <= warnAt;
    later(soon ? Math.min(said.left + 0.1, 15) : said.left - warnAt);
    return soon ? "soon" : "";
  }

  async function look() {
    const found = await state();
    if (found === "unreachable" && Date.now() < ends) return later(15);
    if (found) show(found);
    else if (dialog.open && dialog.dataset.state === "soon") dialog.close();
  }

  async function goOn() {
    const found = await state();
    if (found && found !== "soon") {
      show(found);
      still.hidden = found !== "ended";
      return;
    }
    send();
    freed = true;
    dialog.close();
  }

  function send() {
    if (!waiting) return;
    const { form, button } = waiting;
    waiting = null;
    form.dataset.checked = "yes";
    if (button) form.requestSubmit(button);
    else form.requestSubmit();
  }

  dialog.addEventListener("click", async (event) => {
    const what = event.target.dataset && event.target.dataset.do;
    if (what === "continue") await goOn();
    if (what !== "stay") return;
    try {
      const said = await ask(alive);
      await ask(stay, { method: "POST", headers: { "X-CSRFToken": said.token } });
      await goOn();
    } catch {
      await look();
    }
  });

  // A form is sent only to a session that is there, and is the one in which it was filled in.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target || form.dataset.passkey) return;
    if (form.dataset.checked) {
      delete form.dataset.checked;
      return;
    }
    event.preventDefault();
    if (waiting) return;
    waiting = { form, button: event.submitter };
    const found = await state();
    if (found && found !== "soon") show(found);
    else send();
  });
  let freed = false;
  dialog.addEventListener("close", () => {
    if (!freed && dialog.classList.contains("idle--covers")) return show(dialog.dataset.state);
    freed = false;
    if (dialog.dataset.state !== "soon") later(15);
    waiting = null;
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  later(Number(idle) - warnAt);
})();
