// Registers the worker that shows a page when there is no connection. It keeps no page of a person.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/worker.js", { scope: "/" }).catch(function () {});
}
