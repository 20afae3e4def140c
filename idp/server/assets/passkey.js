// Passkeys: what a page needs a script for. Without it, and in a browser that knows none, what is for passkeys stays
// hidden and the page says what to do instead. A response is posted with its form like any other field; nothing is
// fetched but fresh options, where the page has grown old.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  // The field of the response. What is asked for stands beside it: `ask` is "show" or "make".
  const field = document.getElementById("passkey");
  // A challenge lives five minutes. From three on it is exchanged, which leaves two for the finger.
  const FRESH = 3 * 60_000;
  // Nobody reads a dialog and closes it in less: a refusal as quick as this was the device's own.
  const QUICK = 400;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // What a device's own list of passkeys should know. Few browsers listen yet, and none has to.
  const signal = (name, what) => PublicKeyCredential[name]?.(what)?.catch(() => {});
  const memory = (change) => {
    try {
      return change(sessionStorage);
    } catch {
      return null; // A browser may forbid to remember anything.
    }
  };

  const list = document.querySelector("[data-signal]");
  if (list) {
    const { rpId, userId, name, displayName, allAcceptedCredentialIds } = JSON.parse(list.dataset.signal);
    signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds });
    signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
  }
  if (!field) return;

  const { form } = field;
  const makes = field.dataset.ask === "make";
  let made = Date.now();
  let controller = null;
  let busy = false;

  const options = () => JSON.parse(field.dataset.options);
  const isOld = () => Date.now() - made > FRESH;

  function read(json) {
    const parse = makes ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (PublicKeyCredential[parse]) return PublicKeyCredential[parse](json);
    const known = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
    const publicKey = { ...json, challenge: bytes(json.challenge) };
    if (!makes) return { ...publicKey, allowCredentials: known(json.allowCredentials) };
    const user = { ...json.user, id: bytes(json.user.id) };
    return { ...publicKey, user, excludeCredentials: known(json.excludeCredentials) };
  }

  function written(credential) {
    const { id, rawId, type, authenticatorAttachment } = credential;
    // Written by hand: extensions that stand in for the browser bring no toJSON, or one that fails.
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      const part = credential.response[name];
      if (part && !(makes && name === "authenticatorData")) response[name] = text(part);
    }
    if (makes) response.transports = credential.response.getTransports?.() ?? [];
    const clientExtensionResults = credential.getClientExtensionResults?.() ?? {};
    const attachment = authenticatorAttachment ? { authenticatorAttachment } : {};
    return JSON.stringify({ id, rawId: text(rawId), type, ...attachment, response, clientExtensionResults });
  }

  // Exchanges a challenge that is about to end: at the door for it, else by this page as it would be shown now.
  async function renew() {
    if (!isOld()) return;
    try {
      const { fresh } = field.dataset;
      const answer = await fetch(fresh || location.href, { credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        // The page is over: let its address say what comes now.
        location.reload();
        return new Promise(() => {});
      }
      if (!answer.ok) throw new Error(String(answer.status));
      let asked;
      if (fresh) {
        asked = await answer.json();
      } else {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const other = page.getElementById("passkey");
        asked = { options: other.dataset.options, sealed: other.form.elements.sealed.value };
      }
      field.dataset.options = typeof asked.options === "string" ? asked.options : JSON.stringify(asked.options);
      form.elements.sealed.value = asked.sealed;
      made = Date.now();
    } catch {
      throw new DOMException("", "NetworkError");
    }
  }

  // One ceremony at a time: the button ends what the field's list has begun.
  function ceremony(mediation) {
    controller?.abort();
    controller = new AbortController();
    const asked = { publicKey: read(options()), signal: controller.signal, ...mediation };
    return makes ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
  }

  function send(credential) {
    busy = true;
    field.value = written(credential);
    memory((storage) => storage.setItem("passkey", credential.id));
    form.submit();
  }

  const told = document.getElementById("passkey-told");
  function tell(word) {
    const words = word ? field.dataset[word] ?? field.dataset.stopped : "";
    told.querySelector("span").textContent = words;
    told.firstElementChild.hidden = !words;
  }

  function word(error, took) {
    switch (error.name) {
      case "NetworkError": return "offline";
      case "SecurityError": return "closed";
      case "InvalidStateError": return makes ? "there" : "stopped";
      case "ConstraintError":
      case "NotSupportedError": return "unfit";
      // The browser does not tell "none here" from "no": only time does.
      default: return took < QUICK && !makes ? "none" : "stopped";
    }
  }

  async function press(button) {
    if (busy) return;
    busy = true;
    tell("");
    button.setAttribute("aria-busy", "true");
    let begun = Date.now();
    try {
      await renew();
      begun = Date.now();
      send(await ceremony());
    } catch (error) {
      tell(word(error, Date.now() - begun));
      button.removeAttribute("aria-busy");
      busy = false;
      arm();
    }
  }

  // The saved passkeys in the list of the first field, where the browser can.
  let listed = false;
  async function arm() {
    if (!listed || busy) return;
    const begun = Date.now();
    try {
      await renew();
      if (!busy) send(await ceremony({ mediation: "conditional" }));
    } catch (error) {
      // Somebody chose one and thought better of it. At once it is the browser that cannot, and then the button does.
      if (error.name === "NotAllowedError" && Date.now() - begun > QUICK) arm();
    }
  }

  for (const part of document.querySelectorAll("[data-keys]")) part.hidden = part.dataset.keys === "without";
  const last = memory((storage) => storage.getItem("passkey"));
  memory((storage) => storage.removeItem("passkey"));
  if ("unknown" in field.dataset && last) {
    signal("signalUnknownCredential", { rpId: options().rpId, credentialId: last });
  }

  // Whether this device could keep a passkey, for who signs in by password here.
  const able = document.getElementById("keys");
  if (able) {
    const answer = PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable?.();
    answer?.then((can) => (able.value = can ? "able" : "")).catch(() => {});
  }

  const button = document.getElementById("passkey-go");
  if (button) {
    button.addEventListener("click", () => press(button));
  } else {
    form.addEventListener("submit", (event) => {
      // Language, another way, later: those are named.
      if (event.submitter?.name || field.value) return;
      event.preventDefault();
      press(event.submitter ?? form.querySelector(".go"));
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    field.value = "";
    busy = false;
    arm();
  });

  if (!("autofill" in field.dataset)) return;
  const lists = PublicKeyCredential.isConditionalMediationAvailable?.() ?? Promise.resolve(false);
  // Shown before the browser has answered, so that the field under it does not move when it says yes.
  const hint = document.querySelector(".hint[id$=-later]");
  const name = hint?.parentElement.querySelector("input");
  const show = (can) => {
    if (!hint) return;
    hint.hidden = !can;
    const others = (name.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== hint.id);
    name.setAttribute("aria-describedby", [...others, ...(can ? [hint.id] : [])].join(" "));
  };
  show("isConditionalMediationAvailable" in PublicKeyCredential);
  lists.catch(() => false).then((can) => {
    show(can);
    if (!can) return;
    listed = true;
    arm();
    const keepFresh = () => !document.hidden && isOld() && arm();
    setInterval(keepFresh, 15_000);
    document.addEventListener("visibilitychange", keepFresh);
  });
})();
