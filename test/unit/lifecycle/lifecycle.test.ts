import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lifecycle, type LifecycleOptions } from "../../../sidecar/lifecycle/lifecycle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lingerMs = 5000;

function start(options: Partial<LifecycleOptions> = {}) {
  const lifecycle = new Lifecycle({ lingerMs, keepsServing: false, ...options });
  let ends = 0;
  lifecycle.onDidEnd(() => {
    ends++;
  });
  lifecycle.start();
  return {
    lifecycle,
    get ends() {
      return ends;
    },
  };
}

describe("without anybody", () => {
  it("lingers from the start, and then ends once", () => {
    const t = start();
    expect(t.lifecycle.name).toBe("lingering");
    vi.advanceTimersByTime(lingerMs - 1);
    expect(t.ends).toBe(0);
    vi.advanceTimersByTime(1);
    expect(t.ends).toBe(1);
    vi.advanceTimersByTime(lingerMs * 10);
    expect(t.ends).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets nobody in once it ends: a client that comes then would be cut off in its first call", () => {
    const t = start();
    vi.advanceTimersByTime(lingerMs);
    expect(t.lifecycle.name).toBe("draining");
    t.lifecycle.setClients(1);
    expect(t.lifecycle.name).toBe("draining");
  });

  it("does not linger before it is told that it has started", () => {
    const lifecycle = new Lifecycle({ lingerMs, keepsServing: false });
    expect(lifecycle.name).toBe("ready");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stays when it keeps serving", () => {
    const t = start({ keepsServing: true });
    expect(t.lifecycle.name).toBe("ready");
    vi.advanceTimersByTime(lingerMs * 10);
    expect(t.ends).toBe(0);
  });

  it("stays when it is told to keep serving while it lingers", () => {
    const t = start();
    t.lifecycle.keepServing();
    expect(t.lifecycle).toMatchObject({ name: "ready", keepsServing: true });
    vi.advanceTimersByTime(lingerMs * 10);
    expect(t.ends).toBe(0);
  });
});

describe.each([
  ["a client", (lifecycle: Lifecycle, count: number) => lifecycle.setClients(count)],
  ["an open request", (lifecycle: Lifecycle, count: number) => lifecycle.setOpenRequests(count)],
])("%s", (_name, set) => {
  it("keeps the node, and gives it the whole linger time after it has gone", () => {
    const t = start();
    vi.advanceTimersByTime(lingerMs - 1);
    set(t.lifecycle, 1);
    expect(t.lifecycle.name).toBe("ready");
    vi.advanceTimersByTime(lingerMs * 10);
    set(t.lifecycle, 0);
    expect(t.lifecycle.name).toBe("lingering");
    vi.advanceTimersByTime(lingerMs - 1);
    expect(t.ends).toBe(0);
    vi.advanceTimersByTime(1);
    expect(t.ends).toBe(1);
  });

  it("is not missed while another one stays", () => {
    const t = start();
    set(t.lifecycle, 2);
    set(t.lifecycle, 1);
    vi.advanceTimersByTime(lingerMs * 10);
    expect(t.ends).toBe(0);
  });
});

it("stays for a request that outlives its client, and for a client after its request", () => {
  const t = start();
  t.lifecycle.setClients(1);
  t.lifecycle.setOpenRequests(1);
  t.lifecycle.setClients(0);
  vi.advanceTimersByTime(lingerMs * 10);
  t.lifecycle.setClients(1);
  t.lifecycle.setOpenRequests(0);
  vi.advanceTimersByTime(lingerMs * 10);
  expect(t.ends).toBe(0);
});

describe("draining", () => {
  it("ends at once when nothing is being answered, whoever is connected and whatever it serves", () => {
    const t = start({ keepsServing: true });
    t.lifecycle.setClients(3);
    t.lifecycle.drain();
    expect(t.ends).toBe(1);
  });

  it("waits for the open requests, and not for the linger time", () => {
    const t = start();
    t.lifecycle.setOpenRequests(2);
    t.lifecycle.drain();
    expect(t.lifecycle.name).toBe("draining");
    t.lifecycle.setOpenRequests(1);
    expect(t.ends).toBe(0);
    t.lifecycle.setOpenRequests(0);
    expect(t.ends).toBe(1);
  });

  it("is never left again", () => {
    const t = start();
    t.lifecycle.setOpenRequests(1);
    t.lifecycle.drain();
    t.lifecycle.keepServing();
    t.lifecycle.setClients(1);
    expect(t.lifecycle.name).toBe("draining");
    t.lifecycle.setOpenRequests(0);
    expect(t.ends).toBe(1);
  });
});

describe("ending", () => {
  it("happens at once, whatever is open, and only once", () => {
    const t = start();
    t.lifecycle.setClients(1);
    t.lifecycle.setOpenRequests(1);
    t.lifecycle.end();
    expect(t.ends).toBe(1);
    t.lifecycle.end();
    t.lifecycle.drain();
    t.lifecycle.setOpenRequests(0);
    t.lifecycle.setClients(0);
    vi.advanceTimersByTime(lingerMs * 10);
    expect(t.ends).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no timer of the linger time behind", () => {
    const t = start();
    t.lifecycle.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
