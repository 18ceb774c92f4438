let audio: AudioContext | undefined;

/** A short sound and a shake, so that nobody need look at the screen: one high for done, two low for not. */
export function signal(good: boolean): void {
  navigator.vibrate?.(good ? 80 : [120, 80, 120]);
  try {
    audio ??= new AudioContext();
    for (const [index, pitch] of (good ? [1046] : [330, 262]).entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const from = audio.currentTime + index * 0.18;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.16);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.17);
    }
  } catch {
    // No sound on this device; the screen says it all.
  }
}
