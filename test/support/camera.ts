import encodeQR from 'qr';

/** A dot of the code, in pixels: it fills about half of the picture, as a card does before a camera. */
const DOT = 9;

/**
 * A script for the page that puts a camera into the browser, which has none: it sees a held-up code, or nobody may use
 * it. Only the hardware is replaced; what the page does with the stream is its own.
 *
 * @param code what the held-up card says; null: the camera is not allowed
 */
export function cameraScript(code: string | null): string {
  const dots = code === null ? [] : encodeQR(code, 'raw', { ecc: 'quartile', border: 2 });
  return `(() => {
    const dots = ${JSON.stringify(dots)};
    const see = () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
      const ink = canvas.getContext('2d');
      const draw = () => {
        ink.fillStyle = 'white';
        ink.fillRect(0, 0, 640, 480);
        ink.fillStyle = 'black';
        const [left, top] = [640, 480].map((side) => Math.floor((side - dots.length * ${DOT}) / 2));
        dots.forEach((line, row) => line.forEach((dark, column) => {
          if (dark) ink.fillRect(left + column * ${DOT}, top + row * ${DOT}, ${DOT}, ${DOT});
        }));
      };
      draw();
      setInterval(draw, 100);
      return canvas.captureStream(10);
    };
    const getUserMedia = () => dots.length > 0
      ? Promise.resolve(see())
      : Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia }, configurable: true });
  })();`;
}
