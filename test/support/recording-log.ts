import type { Log, LogFields, LogLevel } from "../../sidecar/platform/log.ts";

export interface LogRecord {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** Keeps what is logged in memory. */
export class RecordingLog implements Log {
  readonly records: LogRecord[] = [];

  error(event: string, fields: LogFields = {}): void {
    this.records.push({ level: "error", event, fields });
  }
  warn(event: string, fields: LogFields = {}): void {
    this.records.push({ level: "warn", event, fields });
  }
  info(event: string, fields: LogFields = {}): void {
    this.records.push({ level: "info", event, fields });
  }
  debug(event: string, fields: LogFields = {}): void {
    this.records.push({ level: "debug", event, fields });
  }
}
