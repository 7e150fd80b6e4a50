import { MeshError } from "../../../contract/errors/mesh-error.ts";

/** What a server's answer other than a file means. */
export function refusalOf(
  response: {
    readonly status: number;
    readonly host: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  },
  source: string,
): MeshError {
  const { status, host, headers } = response;
  if (status === 401 || status === 403) return new MeshError("download_unauthorised", { source, host, status });
  if (status === 404 || status === 410) return new MeshError("download_not_found", { source });
  if (status === 429) return new MeshError("download_rate_limited", { host, seconds: secondsToWait(headers) });
  // A server's own trouble passes; anything else is meant.
  if (status >= 500) return new MeshError("download_interrupted", { host, reason: `status ${status}` });
  return new MeshError("download_refused", { host, status });
}

/** When nothing is said, or nothing sensible. */
const usualWaitSeconds = 60;
const maxWaitSeconds = 24 * 60 * 60;

/** `Retry-After` as seconds or as a date. */
function secondsToWait(headers: Readonly<Record<string, string | string[] | undefined>>): number {
  const value = headers["retry-after"];
  if (typeof value !== "string") return usualWaitSeconds;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), maxWaitSeconds) : usualWaitSeconds;
}
