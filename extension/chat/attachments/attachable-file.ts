/** A file as attaching needs it, on whatever file system it lies. */
export interface AttachableFile {
  /** Its name alone, as people read it. */
  readonly name: string;
  /** Where it is: in the workspace from its root on, otherwise in full. */
  readonly path: string;
  readonly languageId: string | null;
  /** What the editor shows of it and nobody has saved yet; undefined when the file says the same. */
  readonly unsavedText: string | undefined;
  /** Rejects when there is no such file, or nobody may look at it. */
  stat(): Promise<{ readonly isFolder: boolean; readonly bytes: number }>;
  read(): Promise<Uint8Array>;
  /** The bytes as text, in the encoding that the editor takes for this file. */
  decode(bytes: Uint8Array): Promise<string>;
  /** It stands in the workspace, and what it leads to does not. */
  leadsOutside(): Promise<boolean>;
}
