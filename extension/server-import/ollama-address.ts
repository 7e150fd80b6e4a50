const usualPort = 11_434;

/**
 * Where Ollama is asked, from `OLLAMA_HOST`: `host`, `host:port` or an address. What it listens at may be every address of
 * the machine, which nobody can ask: then it is this machine.
 */
export function ollamaAddress(host: string | undefined): string {
  const text = (host ?? "").trim().replace(/^["']|["']$/g, "");
  const usual = `http://127.0.0.1:${usualPort}`;
  if (text === "" || text.length > 2048) return usual;
  const hasScheme = /^https?:\/\//i.test(text);
  const withHost = hasScheme ? text : `http://${text.startsWith(":") ? `127.0.0.1${text}` : text}`;
  if (!URL.canParse(withHost)) return usual;
  const url = new URL(withHost);
  if (["0.0.0.0", "[::]"].includes(url.hostname)) url.hostname = "127.0.0.1";
  // An address with a scheme has that scheme's own port.
  if (!hasScheme && !/:\d+\/?$/.test(text)) url.port = String(usualPort);
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}
