import type { Schema } from '../shared/api';

/** The class that the page was served with, as the server saw it a moment ago; given once, later it may be old. */
export function takeGivenClass(id: string): Schema<'ClassView'> | null {
  const element = document.getElementById('class-view');
  if (!element) return null;
  element.remove();
  const view = JSON.parse(element.textContent ?? 'null') as Schema<'ClassView'> | null;
  return view?.id === id ? view : null;
}
