import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate with its key, in PEM; `cert` may be followed by the certificates above it. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

export interface CertificateWish {
  readonly name: string;
  /** Until when it is valid, in days from now; negative for one that has expired. */
  readonly days?: number;
}

/** Makes certificates as administrators do, with openssl. */
export class TestCertificates {
  readonly #folder = mkdtempSync(join(tmpdir(), "mesh-certificates-"));
  #count = 0;

  /** Signed by itself. */
  selfSigned({ name }: CertificateWish): KeyPair {
    const [key, cert] = [this.#file(), this.#file()];
    openssl(["req", "-x509", ...newKey, "-days", "2", "-keyout", key, "-out", cert, ...subject(name)]);
    return read(cert, key);
  }

  /** An authority, and what it issues. */
  authority(): { readonly cert: string; issue(wish: CertificateWish): KeyPair } {
    const [key, cert] = [this.#file(), this.#file()];
    openssl(["req", "-x509", ...newKey, "-days", "2", "-keyout", key, "-out", cert, "-subj", "/CN=Private Authority"]);
    const issue = ({ name, days = 2 }: CertificateWish): KeyPair => {
      const [leafKey, request, leaf, extensions] = [this.#file(), this.#file(), this.#file(), this.#file()];
      openssl(["req", ...newKey, "-keyout", leafKey, "-out", request, "-subj", `/CN=${name}`]);
      writeFileSync(extensions, `subjectAltName=DNS:${name}\n`);
      const by = ["-CA", cert, "-CAkey", key, "-CAcreateserial", "-extfile", extensions];
      openssl(["x509", "-req", "-in", request, "-days", String(days), "-out", leaf, ...by]);
      return read(leaf, leafKey);
    };
    return { cert: readFileSync(cert, "utf8"), issue };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #file(): string {
    return join(this.#folder, `${++this.#count}.pem`);
  }
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const subject = (name: string): string[] => ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
const read = (cert: string, key: string): KeyPair => ({
  cert: readFileSync(cert, "utf8"),
  key: readFileSync(key, "utf8"),
});

function openssl(args: readonly string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
}
