import { onMounted, onUnmounted } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';

/**
 * Asks before what was typed on a page goes: when another page is opened, and when the window is closed or loaded anew.
 *
 * @param unsaved whether there is anything to lose
 * @param question what is asked; a window that closes asks in the browser's own words
 */
export function askBeforeLosing(unsaved: () => boolean, question: () => string): void {
  const beforeUnload = (event: BeforeUnloadEvent) => unsaved() && event.preventDefault();
  onMounted(() => window.addEventListener('beforeunload', beforeUnload));
  onUnmounted(() => window.removeEventListener('beforeunload', beforeUnload));
  onBeforeRouteLeave(() => !unsaved() || window.confirm(question()));
}
