/** A made-up resident identity card number: of a place that gives none, with a right check character. */
export function cardNumber(serial: number, birthDate = '1980-01-01'): string {
  const body = `990000${birthDate.replaceAll('-', '')}${String(serial % 1000).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return body + '10X98765432'[sum % 11]!;
}
