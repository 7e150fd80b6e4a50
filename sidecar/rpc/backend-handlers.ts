import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ConnectionTest } from "../../contract/mesh/connection-test.ts";
import type { BackendSummary } from "../../contract/rpc/backends.ts";
import type { Backend, ModelManagement } from "../backends/backend.ts";
import { CertificateTrust } from "../backends/server/certificate-trust.ts";
import { testConnection } from "../backends/server/test-connection.ts";
import { withSignal } from "../backends/server/with-signal.ts";
import type { Clock } from "../platform/clock.ts";
import type { BackendEntry } from "../registry/backend-entry.ts";
import type { ConfiguredBackends, GivenSecrets } from "../registry/configured-backends.ts";
import type { BackendControl } from "./backend-control.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { RequestHandlers } from "./session.ts";

/** What calls about backends need. */
export interface BackendAccess {
  readonly configured: ConfiguredBackends;
  readonly control: BackendControl;
  readonly hasKey: (backendId: string) => boolean;
  /** A backend to try: with these secrets, or with those that are kept for it. */
  readonly buildForTest: (entry: BackendEntry, given: GivenSecrets) => Backend;
  /** Average time to the first byte, in milliseconds; null before the first answer. */
  readonly latencyMs: (backendId: string) => number | null;
  readonly clock: Clock;
}

type BackendHandlers = Pick<
  RequestHandlers,
  | "backendsList"
  | "backendsAdd"
  | "backendsEdit"
  | "backendsCertificate"
  | "backendsTrust"
  | "backendsRemove"
  | "backendsEnable"
  | "backendsDisable"
  | "backendsCheck"
  | "backendsDrain"
  | "backendsLoadModel"
  | "backendsUnloadModel"
>;

/** Calls about the node's own engine and the servers beside it. */
export function createBackendHandlers({
  backends,
  router,
}: Pick<HandlerDependencies, "backends" | "router">): BackendHandlers {
  const { configured, control, buildForTest } = backends;
  const all = (): BackendSummary[] => router.backends.map((backend) => summary(backend, backends));
  const one = (id: string): BackendSummary => {
    const found = all().find((each) => each.id === id);
    if (found === undefined) throw new MeshError("unknown_backend", { backend: id, available: all().map((b) => b.id) });
    return found;
  };
  const managed = (id: string): { backend: Backend; manage: ModelManagement } => {
    one(id);
    const backend = router.backends.find((each) => each.id === id);
    if (backend?.manage === undefined) throw new MeshError("backend_unmanaged", { backend: id });
    return { backend, manage: backend.manage };
  };
  const stateOf = (backend: Backend, model: string) => ({
    backend: one(backend.id),
    model,
    state: backend.models(model)[0]?.state ?? null,
  });
  const tryOut = async (entry: BackendEntry, given: GivenSecrets, signal: AbortSignal): Promise<ConnectionTest> => {
    const backend = buildForTest(entry, given);
    try {
      return await testConnection(backend, signal);
    } finally {
      await backend.dispose();
    }
  };
  const trust = new CertificateTrust(configured, (entry) => buildForTest(entry, {}));
  return {
    backendsList: () => ({ backends: all() }),
    backendsAdd: async ({ entry, key, proxyLogin, force }, { signal }) => {
      const given = { key, proxyLogin };
      const wished = configured.check(entry, given);
      const test = force ? null : await tryOut(wished, given, signal);
      await configured.add(entry, given);
      // What has just answered can be asked from now on: whoever waits for this call need not wait for the next probe.
      if (test !== null) await control.check(entry.id, signal);
      return { backend: one(entry.id), test };
    },
    backendsEdit: async ({ id, changes, key, proxyLogin, force }, { signal }) => {
      const given = { key, proxyLogin };
      const wished = configured.checkChanges(id, changes, given);
      const { url, kind, proxy, tls } = changes;
      const isOther = [key, proxyLogin, url, kind, proxy, tls].some((each) => each !== undefined);
      const test = force || !isOther ? null : await tryOut({ ...wished, enabled: true }, given, signal);
      await configured.edit(id, changes, given);
      if (test !== null && wished.enabled) await control.check(id, signal);
      return { backend: one(id), test };
    },
    backendsCertificate: async ({ id }, { signal }) => ({ shown: await trust.look(id, signal) }),
    backendsTrust: async ({ id, fingerprint }, { signal }) => {
      await trust.trust(id, fingerprint, signal);
      if (configured.get(id).entry.enabled) await control.check(id, signal);
      return { backend: one(id) };
    },
    backendsRemove: async ({ id }) => {
      await configured.remove(id);
      return { backends: all() };
    },
    backendsEnable: async ({ id }) => {
      await configured.setEnabled(id, true);
      // Whoever was drained by hand comes back as well.
      control.enable(id);
      return { backend: one(id) };
    },
    backendsDisable: async ({ id }) => {
      await configured.setEnabled(id, false);
      return { backend: one(id) };
    },
    backendsCheck: async ({ id }, { signal }) => {
      const checks = id === undefined ? await control.checkAll(signal) : [await control.check(id, signal)];
      return {
        checks: checks.map(({ backendId, error }) => ({ backend: one(backendId), error: error?.toWire() ?? null })),
      };
    },
    backendsLoadModel: async ({ id, model }, { signal }) => {
      const { backend, manage } = managed(id);
      await manage.load(model, signal);
      return stateOf(backend, model);
    },
    backendsUnloadModel: async ({ id, model, force }, { signal }) => {
      const { backend, manage } = managed(id);
      await manage.unload(model, { signal, force });
      return stateOf(backend, model);
    },
    backendsDrain: async ({ id, deadlineSeconds }, { signal }) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      const drained = control.onDidDrain(({ backendId, inFlight }) => {
        if (backendId === id) resolve(inFlight);
      });
      try {
        control.drain(one(id).id, deadlineSeconds * 1000);
        return { openRequests: await withSignal(promise, signal) };
      } finally {
        drained.dispose();
      }
    },
  };
}

function summary(backend: Backend, { configured, control, hasKey, latencyMs, clock }: BackendAccess): BackendSummary {
  const { id, kind, label, privacy, settings } = backend;
  const entry = configured.entries.find((each) => each.id === id);
  const { health, reason, since } = control.standingOf(id);
  const models = backend.models();
  const sum = (values: readonly (number | null)[]): number =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  // The line in front of a server is one for all its models.
  const waiting = models.map(({ waitingRequests }) => waitingRequests);
  return {
    id,
    kind,
    label,
    program: backend.program ?? null,
    url: entry?.url ?? null,
    privacy,
    enabled: settings.isEnabled,
    priority: settings.priority,
    weight: settings.weight,
    maxConcurrent: entry?.maxConcurrent ?? null,
    hasKey: hasKey(id),
    health,
    reason,
    sinceMs: Math.max(0, Math.round(clock.now() - since)),
    models: models.map((model) => model.id),
    canManage: backend.manage !== undefined,
    openRequests: sum(models.map(({ openRequests }) => openRequests)),
    waitingRequests: entry === undefined ? sum(waiting) : (waiting[0] ?? 0),
    latencyMs: latencyMs(id),
  };
}
