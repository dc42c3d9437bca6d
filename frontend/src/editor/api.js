/* Talking to the console: JSON with the page's form token; an answer is {status, body}, and status 0
   is nobody having answered. */
const held = () => document.querySelector("meta[name=csrf-token]");
const token = () => held()?.content || "";

/* The form token of who is signed in now: another one after signing in again in another tab; null
   for nobody. */
async function newest() {
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("meta[name=csrf-token]")?.content || token();
}

export async function request(url, wish = {}) {
  const answer = await sent(url, wish);
  if (answer.status !== 400 || answer.body.code !== "http_400") return answer;
  const fresh = await newest().catch(() => token());
  if (fresh === null) return { status: 401, body: {} };
  if (fresh === token()) return answer;
  held().content = fresh;
  return sent(url, wish);
}

async function sent(url, { method = "GET", body, signal } = {}) {
  const plain = body instanceof FormData || body === undefined;
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  if (!plain) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, {
      method, headers, signal, credentials: "same-origin", body: plain ? body : JSON.stringify(body),
    });
    return { status: answer.redirected ? 401 : answer.status, body: await read(answer) };
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    return { status: 0, body: {} };
  }
}

async function read(answer) {
  const text = await answer.text();
  try { return JSON.parse(text); } catch { return { message: "" }; }
}
