// Says in one line that maintenance is under way or near: a <p class="icsfeed-strip" role="status"> behind this script's element.
// It asks next.json beside it again every minute while the page is visible; where nothing is near, the page has nothing of it.
"use strict";
{
  const script = document.currentScript, source = new URL(script.src), strip = document.createElement("p");
  const language = /\/(nl|en|de|fr)\/strip\.js$/.exec(source.pathname)?.[1];
  const address = new URL(language ? "../next.json" : "next.json", source);
  strip.className = "icsfeed-strip";
  strip.setAttribute("role", "status");
  const look = async () => {
    const answer = document.hidden ? null : await fetch(address, {cache: "no-cache", credentials: "omit"}).catch(() => null);
    if (!answer?.ok) return;
    const {lines} = await answer.json(), said = language ?? Object.keys(lines)[0], line = lines[said] ?? "";
    strip.lang = said;
    if (!line) strip.remove();
    else if (!strip.isConnected) {
      if (document.body.contains(script)) script.after(strip);
      else document.body.prepend(strip);
      await new Promise(requestAnimationFrame); // a status is read aloud when its text changes, not when it appears
    }
    if (strip.textContent !== line) strip.textContent = line;
  };
  look().catch(() => {});
  setInterval(() => look().catch(() => {}), 60_000);
  document.addEventListener("visibilitychange", () => look().catch(() => {}));
}
