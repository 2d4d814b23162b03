const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LENGTH = 6;

/** A house number to begin with: six letters or digits, each as likely as any other, from the browser's secure source. */
export function suggestHouseNumber(random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)): string {
  const fair = 256 - (256 % LETTERS.length);
  let number = '';
  while (number.length < LENGTH) {
    for (const byte of random(new Uint8Array(LENGTH))) {
      if (byte < fair && number.length < LENGTH) number += LETTERS.charAt(byte % LETTERS.length);
    }
  }
  return number;
}
