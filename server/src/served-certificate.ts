// Owns the certificate of one server over its life: read at the start, taken over by every listener when its files change, shown in
// the server's own address. Must not know what is served.
import { type Config, ConfigError } from './config.ts';
import type { Listener } from './http/listener.ts';
import type { Logger } from './observe/log.ts';
import { type Certificate, CertificateError, certifiedName, readCertificate } from './tls/certificate.ts';
import { watchCertificate } from './tls/certificate-watch.ts';

export interface ServedCertificate {
  /** Undefined when the server speaks no TLS. */
  readonly pair: Certificate | undefined;
  /** The certificate's file when it is self-signed: callers must be told to trust it. */
  readonly caFile: string | undefined;
  /** The address to call, by a name that the certificate is for if this machine has one. */
  urlOf(host: string, port: number): string;
  /** Hands each later pair that works to the listeners, until `close`. */
  keepCurrent(listeners: readonly Listener[], log: Logger): void;
  close(): void;
}

/** Reads what the settings name. Throws ConfigError with everything that is wrong with the files. */
export async function servedCertificate({ tlsCert, tlsKey }: Config): Promise<ServedCertificate> {
  const files = tlsCert === undefined || tlsKey === undefined ? undefined : { certPath: tlsCert, keyPath: tlsKey };
  const pair = files && (await readCertificate(files).catch(asConfigError));
  const stop = new AbortController();
  return {
    pair,
    caFile: pair?.leaf.checkIssued(pair.leaf) ? tlsCert : undefined,
    urlOf(host, port) {
      const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
      const shown = pair === undefined ? reached : certifiedName(pair.leaf, [reached, 'localhost']);
      return `${pair === undefined ? 'http' : 'https'}://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
    },
    keepCurrent(listeners, log) {
      if (files === undefined || pair === undefined) return;
      for (const warning of pair.warnings) log.warn(warning);
      const listener = {
        onCertificate(certificate: Certificate): void {
          for (const each of listeners) each.setCertificate(certificate);
          log.info({ validTo: certificate.leaf.validToDate.toISOString() }, 'the certificate was read again');
          for (const warning of certificate.warnings) log.warn(warning);
        },
        onProblems(problems: readonly string[]): void {
          log.warn({ problems }, 'the certificate files have changed and do not work yet; the last pair stays in use');
        },
      };
      void watchCertificate(files, pair, listener, stop.signal);
    },
    close: () => stop.abort(),
  };
}

function asConfigError(error: unknown): never {
  throw error instanceof CertificateError ? new ConfigError(error.problems) : error;
}
