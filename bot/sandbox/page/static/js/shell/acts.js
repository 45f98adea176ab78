// What a person does, told to the sandbox. Every call rejects with an Error whose message can be shown.

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The sandbox does not answer. Is `senderdesk demo` still running?");
  }
  const body = await answer.json().catch(() => ({ error: `The sandbox answered ${answer.status}.` }));
  if (!answer.ok || body.error) throw new Error(body.error ?? `The sandbox answered ${answer.status}.`);
  return body;
}

/** Do something as a person: `act("post", {as, channel, text, files})`. */
export function act(verb, facts) {
  return call(`/page/act/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(facts),
  });
}

/** Send a file to the sandbox; answers {id, name, size}. `onprogress` gets 0 to 1. */
export function upload(blob, onprogress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/page/upload?name=${encodeURIComponent(blob.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener(
      "progress",
      (event) => event.lengthComputable && onprogress(event.loaded / event.total),
    );
    request.addEventListener("load", () =>
      request.status === 200
        ? resolve(request.response)
        : reject(new Error(request.response?.error ?? `Not taken (${request.status}).`)),
    );
    request.addEventListener("error", () => reject(new Error("The sandbox does not answer.")));
    request.send(blob);
  });
}
