import { ref } from 'vue';

/** Percent of the demo that is there while it is being loaded; null when all of it is, and where there is no demo. */
export const demoProgress = ref(atFirst());

/** What the page came with. */
function atFirst(): number | null {
  const given = document.querySelector<HTMLMetaElement>('meta[name="demo-progress"]');
  return given ? Number(given.content) : null;
}

/** Asks how far it is by now; without an answer nothing changes. */
export async function askDemoProgress(): Promise<void> {
  try {
    // This route is no part of the described API, so the typed client does not know it.
    const answer = await fetch('/api/v1/demo/progress');
    if (!answer.ok) return;
    const { percent } = (await answer.json()) as { percent: number | null };
    demoProgress.value = percent;
  } catch {
    // The network is gone; the next question may come through.
  }
}
