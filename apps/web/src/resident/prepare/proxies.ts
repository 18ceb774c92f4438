import type { Schema } from '../../shared/api';

/** Who holds an account of the family, by name where it is known. */
export function whoActs(
  { holderName, phone }: Schema<'ProxyView'>,
  t: (key: string, values: Record<string, string>) => string,
): string {
  return holderName ? t('proxy.holder', { name: holderName, phone }) : t('proxy.someone', { phone });
}
