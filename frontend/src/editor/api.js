/* Talking to the console: JSON with the page's form token; an answer is {status, body}, and status 0
   is nobody having answered. */
const token = () => document.querySelector("meta[name=csrf-token]")?.content || "";

export async function request(url, { method = "GET", body, signal } = {}) {
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
