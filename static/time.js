// Keeps “5 minutes ago” true while a page is open. The server has written the same words: see `Timestamp::ago`.
(() => {
  "use strict";

  const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7 * DAY;

  const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"} ago`;

  /** Empty for what is told by its date: that is the server's word, in the book's time zone. */
  function ago(seconds) {
    if (seconds <= -MINUTE || seconds >= WEEK) return "";
    if (seconds < MINUTE) return "just now";
    if (seconds < HOUR) return count(Math.floor(seconds / MINUTE), "minute");
    if (seconds < DAY) return count(Math.floor(seconds / HOUR), "hour");
    return count(Math.floor(seconds / DAY), "day");
  }

  function refresh() {
    const now = Date.now();
    // One that is told exactly has no title.
    for (const time of document.querySelectorAll("time[datetime][title]")) {
      const text = ago(Math.trunc((now - Date.parse(time.dateTime)) / 1000));
      if (text && time.textContent !== text) time.textContent = text;
    }
  }

  refresh();
  setInterval(refresh, MINUTE * 1000);
  // Browsers let pages sleep in the background.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
