"use strict";

// a clerk's sheet, or what goes with a broadcast: chosen, sent as it is, answered in the chat
(() => {
  const { t, bubbles, number } = Doorstep;
  const button = document.getElementById("attach");
  const chooser = document.getElementById("sheet");
  const MOST = 10 * 1024 * 1024;

  const send = async (file) => {
    if (file.size > MOST) {
      bubbles.aside(t("attach_too_big"));
      return;
    }
    const bubble = bubbles.mine(t("attached", { name: file.name }));
    bubble.fate(t("sending"));
    button.disabled = true;
    const address = `/web/file?n=${number()}&name=${encodeURIComponent(file.name.slice(-200))}`;
    const request = {
      method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file,
      credentials: "same-origin", cache: "no-store",
    };
    try {
      const response = await fetch(address, request);
      if (!response.ok) throw new Error(String(response.status));
      bubble.fate("");
    } catch {
      bubble.remove();
      bubbles.aside(t("attach_failed"));
    }
    button.disabled = false;
  };

  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const [file] = chooser.files;
    chooser.value = "";
    if (file) send(file);
  });
})();
