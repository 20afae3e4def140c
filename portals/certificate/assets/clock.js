// The running clock of a certificate. It counts from the server's time, not the device's, and turns the page
// over when the 48 hours are up. Without it the page shows the time of display and is read again each minute.
(function () {
  "use strict";
  var clock = document.getElementById("clock");
  if (!clock) return;
  var began = performance.now();
  var began_on_device = Date.now();
  var shown = Number(clock.dataset.now);
  var until = Number(clock.dataset.until);
  var left = document.getElementById("left");
  var over = false;

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  function tick() {
    // A sleeping phone may stop the one clock, and its owner may set back the other: time never goes slower than both.
    var now = shown + Math.max(performance.now() - began, Date.now() - began_on_device);
    // Japan keeps nine hours ahead of UTC all year.
    var tokyo = new Date(now + 32400000);
    clock.firstChild.data = tokyo.getUTCHours() + ":" + two(tokyo.getUTCMinutes());
    clock.lastElementChild.textContent = ":" + two(tokyo.getUTCSeconds());
    var minutes = Math.floor((until - now) / 60000);
    if (left && minutes >= 0) {
      left.textContent = "あと" + (minutes < 60 ? "" : Math.floor(minutes / 60) + "時間") + (minutes % 60) + "分";
    }
    if (now >= until) {
      if (!over) {
        over = true;
        document.querySelector(".cert").classList.add("off");
        document.querySelector(".badge").textContent = "使えません";
        document.querySelector(".stamp").remove();
        location.reload();
      }
      return;
    }
    setTimeout(tick, 1000 - (now % 1000));
  }
  tick();

  // A page that comes back from the browser's memory shows an old time.
  addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
})();
