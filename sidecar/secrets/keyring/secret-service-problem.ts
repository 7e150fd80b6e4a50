import { SessionBus, sessionBusSocket } from "./session-bus.ts";

const service = "org.freedesktop.secrets";

/**
 * Why the Secret Service of this session (GNOME's keyring, KDE's wallet, KeePassXC) would not answer without asking a person;
 * null when it would. Nothing is started and nobody is asked.
 */
export async function secretServiceProblem(env: NodeJS.ProcessEnv): Promise<"no-service" | "locked" | null> {
  const path = sessionBusSocket(env);
  if (path === undefined) return "no-service";
  let bus: SessionBus | undefined;
  try {
    bus = await SessionBus.open(path);
    const collection = await defaultCollection(bus);
    // A keyring without a place for new secrets would ask a person to make one.
    if (collection === "/") return "locked";
    return (await isLocked(bus, collection)) ? "locked" : null;
  } catch {
    return "no-service";
  } finally {
    bus?.close();
  }
}

async function defaultCollection(bus: SessionBus): Promise<string> {
  const answer = await bus.call({
    destination: service,
    path: "/org/freedesktop/secrets",
    interface: "org.freedesktop.Secret.Service",
    member: "ReadAlias",
    texts: ["default"],
  });
  return answer.toString("utf8", 4, 4 + answer.readUInt32LE(0));
}

async function isLocked(bus: SessionBus, collection: string): Promise<boolean> {
  const answer = await bus.call({
    destination: service,
    path: collection,
    interface: "org.freedesktop.DBus.Properties",
    member: "Get",
    texts: ["org.freedesktop.Secret.Collection", "Locked"],
  });
  // A variant: the signature "b" with its length and its zero, padding to four, the value.
  return answer.readUInt32LE(4) !== 0;
}
