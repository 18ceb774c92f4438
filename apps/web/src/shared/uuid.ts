/** 32 hexadecimal digits of a dice as a UUID of version 4; `crypto.randomUUID` is missing on pages that came by http. */
export function uuidFrom(digits: string): string {
  const variant = '89ab'.charAt(parseInt(digits.charAt(16), 16) % 4);
  const hex = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
