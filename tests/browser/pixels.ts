// Looks at the pixels of a picture, with the browser's own decoder.
import type { Browser } from "playwright-core";

export interface Colours {
  readonly distinct: number;
  /** how many pixels are far from grey */
  readonly saturated: number;
}

export async function distinctColours(browser: Browser, png: Uint8Array): Promise<Colours> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(
      async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        if (!context) throw new Error("no canvas");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const seen = new Set<number>();
        let saturated = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
          seen.add((red << 16) | (green << 8) | blue);
          if (Math.max(red, green, blue) - Math.min(red, green, blue) > 80) saturated++;
        }
        return { distinct: seen.size, saturated };
      },
      `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
    );
  } finally {
    await page.close();
  }
}
