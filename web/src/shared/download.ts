/** How long a browser may take to get hold of the file, in milliseconds. */
const KEPT = 60_000;

/** Gives a file that was loaded to the reader under a name. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}
