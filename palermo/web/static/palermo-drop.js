// A larger place to drop files: what is dropped goes into the form's own input, which works without this script.
(() => {
  for (const area of document.querySelectorAll("[data-drop]")) {
    const input = document.getElementById(area.dataset.drop);
    if (!input) continue;
    let inside = 0;
    const mark = () => area.classList.toggle("drop--over", inside > 0);
    area.classList.add("drop--ready");
    area.addEventListener("dragenter", () => { inside += 1; mark(); });
    area.addEventListener("dragleave", () => { inside -= 1; mark(); });
    area.addEventListener("dragover", (event) => event.preventDefault());
    area.addEventListener("drop", (event) => {
      inside = 0;
      mark();
      if (!event.dataTransfer || !event.dataTransfer.files.length) return;
      event.preventDefault();
      input.files = event.dataTransfer.files;
      input.focus();
    });
  }
})();
