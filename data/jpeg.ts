// Baseline JPEG (ITU-T T.81): Huffman-coded 8 × 8 blocks of cosine coefficients, in YCbCr (JFIF). Progressive and
// arithmetic-coded files are not read.
import { DataError } from "./package-file.ts";

/** A picture as red, green and blue bytes, row by row. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

interface Component {
  readonly id: number;
  /** Blocks across and down in each unit. */
  readonly h: number;
  readonly v: number;
  readonly quantization: number;
  dc: Codes;
  ac: Codes;
  /** The last DC coefficient: each is coded as a difference. */
  last: number;
  plane: Uint8Array;
  stride: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: Component[];
}

/** Huffman codes: for each length where its codes begin, and the values in order of their codes. */
interface Codes {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly offset: Int32Array;
  readonly values: Uint8Array;
}

// Where each coefficient of the zigzag lies in the 8 × 8 block.
const ZIGZAG: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

// cos((2x + 1)uπ/16) · c(u)/2, the inverse transform along one axis.
const BASIS: Float64Array = Float64Array.from({ length: 64 }, (_, at) => {
  const [x, u] = [at >> 3, at & 7];
  return (Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1)) / 2;
});

/**
 * The pixels of a baseline JPEG file, grey or coloured.
 * @example decodeJpeg(await readFile("photo.jpg"))
 */
export function decodeJpeg(bytes: Uint8Array): DecodedPicture {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
    throw new DataError("decodeJpeg: this is no JPEG file (it does not begin with FF D8).");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const quantization: Uint16Array[] = [];
  const codes = new Map<number, Codes>();
  let frame: Frame | undefined;
  let restart = 0;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw damaged(`a marker was expected at byte ${at}`);
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === 0xdb) readQuantization(body, quantization);
    else if (marker === 0xc4) readCodes(body, codes);
    else if (marker === 0xc0 || marker === 0xc1) frame = readFrame(body);
    else if (marker === 0xdd) restart = view.getUint16(at + 4);
    else if (marker === 0xda) {
      if (frame === undefined) throw damaged("the pixels come before the size");
      chooseCodes(frame, body, codes);
      decodeScan(frame, bytes.subarray(at + 2 + length), quantization, restart);
      return { width: frame.width, height: frame.height, pixels: toRgb(frame) };
    } else if (marker > 0xc1 && marker < 0xd0 && marker !== 0xc8 && marker !== 0xcc) {
      throw new DataError(
        "decodeJpeg: only baseline JPEG is read, and this file is progressive or coded otherwise.",
      );
    }
    at += 2 + length;
  }
  throw damaged("it ends before its pixels");
}

function damaged(what: string): DataError {
  return new DataError(`decodeJpeg: the file is damaged: ${what}.`);
}

function readQuantization(body: Uint8Array, tables: Uint16Array[]): void {
  for (let at = 0; at < body.length; ) {
    const [wide, id] = [body[at]! >> 4, body[at]! & 15];
    at++;
    const table = new Uint16Array(64);
    for (let i = 0; i < 64; i++, at += 1 + wide) {
      table[ZIGZAG[i]!] = wide ? (body[at]! << 8) | body[at + 1]! : body[at]!;
    }
    tables[id] = table;
  }
}

function readCodes(body: Uint8Array, codes: Map<number, Codes>): void {
  for (let at = 0; at < body.length; ) {
    const id = body[at]!;
    const counts = body.subarray(at + 1, at + 17);
    const [first, last, offset] = [new Int32Array(17), new Int32Array(17).fill(-1), new Int32Array(17)];
    let [code, total] = [0, 0];
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1]!;
      first[length] = code;
      offset[length] = total;
      last[length] = code + count - 1;
      code = (code + count) << 1;
      total += count;
    }
    codes.set(id, { first, last, offset, values: body.slice(at + 17, at + 17 + total) });
    at += 17 + total;
  }
}

const NO_CODES: Codes = {
  first: new Int32Array(17),
  last: new Int32Array(17).fill(-1),
  offset: new Int32Array(17),
  values: new Uint8Array(0),
};

function readFrame(body: Uint8Array): Frame {
  const [height, width] = [(body[1]! << 8) | body[2]!, (body[3]! << 8) | body[4]!];
  const count = body[5]!;
  if (body[0] !== 8 || width === 0 || height === 0 || (count !== 1 && count !== 3)) {
    throw new DataError(
      `decodeJpeg: pictures of 8 bits with 1 or 3 channels are read; this has ${body[0]} bits and ${count} channels.`,
    );
  }
  const components = Array.from({ length: count }, (_, i): Component => {
    const [id = 0, sampling = 0, quantization = 0] = body.subarray(6 + 3 * i, 9 + 3 * i);
    // A single channel stands in its own order, whatever it says of sampling.
    const [h, v] = count === 1 ? [1, 1] : [sampling >> 4, sampling & 15];
    return {
      id,
      h,
      v,
      quantization,
      dc: NO_CODES,
      ac: NO_CODES,
      last: 0,
      plane: new Uint8Array(0),
      stride: 0,
    };
  });
  return { width, height, components };
}

function chooseCodes({ components }: Frame, body: Uint8Array, codes: Map<number, Codes>): void {
  if (body[0] !== components.length)
    throw new DataError("decodeJpeg: channels in scans of their own are not read.");
  for (let i = 0; i < body[0]; i++) {
    const component = components.find(({ id }) => id === body[1 + 2 * i]);
    const which = body[2 + 2 * i]!;
    if (component === undefined) throw damaged("a scan names a channel that there is not");
    component.dc = codes.get(which >> 4) ?? NO_CODES;
    component.ac = codes.get(0x10 | (which & 15)) ?? NO_CODES;
  }
}

/** Reads bits, the highest first; a stuffed 0 after FF is left out, and a marker ends them. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    if (this.#count === 0) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw damaged("it ends within its pixels");
      if (byte === 0xff) {
        if (this.#bytes[this.#at + 1] !== 0) throw damaged("a marker stands within its pixels");
        this.#at++;
      }
      this.#at++;
      this.#held = byte;
      this.#count = 8;
    }
    this.#count--;
    return (this.#held >> this.#count) & 1;
  }

  /** A whole number of so many bits; those that begin with 0 are negative. */
  signed(length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = (value << 1) | this.bit();
    return length === 0 || value >> (length - 1) === 1 ? value : value - (1 << length) + 1;
  }

  symbol({ first, last, offset, values }: Codes): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = (code << 1) | this.bit();
      if (code <= last[length]!) return values[offset[length]! + code - first[length]!]!;
    }
    throw damaged("a code that there is not");
  }

  /** Goes on behind the next restart marker. */
  restart(): void {
    this.#count = 0;
    while (
      this.#at < this.#bytes.length &&
      !(this.#bytes[this.#at] === 0xff && (this.#bytes[this.#at + 1]! & 0xf8) === 0xd0)
    ) {
      this.#at++;
    }
    this.#at += 2;
  }
}

function decodeScan(
  { width, height, components }: Frame,
  bytes: Uint8Array,
  tables: readonly Uint16Array[],
  restart: number,
): void {
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const across = Math.ceil(width / (8 * most.h));
  const down = Math.ceil(height / (8 * most.v));
  for (const component of components) {
    component.stride = across * component.h * 8;
    component.plane = new Uint8Array(component.stride * down * component.v * 8);
  }
  const bits = new Bits(bytes);
  const block = new Float64Array(64);
  for (let unit = 0; unit < across * down; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      bits.restart();
      for (const component of components) component.last = 0;
    }
    const [row, col] = [Math.floor(unit / across), unit % across];
    for (const component of components) {
      const table = tables[component.quantization];
      if (table === undefined) throw damaged("a quantization table is missing");
      for (let v = 0; v < component.v; v++) {
        for (let h = 0; h < component.h; h++) {
          readBlock(bits, component, table, block);
          const start = (row * component.v + v) * 8 * component.stride + (col * component.h + h) * 8;
          inverseCosine(block, component.plane, start, component.stride);
        }
      }
    }
  }
}

function readBlock(bits: Bits, component: Component, table: Uint16Array, block: Float64Array): void {
  block.fill(0);
  component.last += bits.signed(bits.symbol(component.dc));
  block[0] = component.last * table[0]!;
  for (let k = 1; k < 64; k++) {
    const symbol = bits.symbol(component.ac);
    const [zeros, length] = [symbol >> 4, symbol & 15];
    if (length === 0 && zeros < 15) return;
    k += zeros;
    if (length > 0 && k < 64) block[ZIGZAG[k]!] = bits.signed(length) * table[ZIGZAG[k]!]!;
  }
}

const PARTLY = new Float64Array(64);

/** The two-dimensional inverse cosine transform, rows and then columns, plus 128. */
function inverseCosine(block: Float64Array, plane: Uint8Array, start: number, stride: number): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += BASIS[8 * x + u]! * block[8 * v + u]!;
      PARTLY[8 * v + x] = sum;
    }
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      let sum = 128;
      for (let v = 0; v < 8; v++) sum += BASIS[8 * y + v]! * PARTLY[8 * v + x]!;
      plane[start + y * stride + x] = Math.max(0, Math.min(255, Math.round(sum)));
    }
  }
}

/** YCbCr to red, green and blue (JFIF); coarser planes are repeated. */
function toRgb({ width, height, components }: Frame): Uint8Array {
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const pixels = new Uint8ClampedArray(width * height * 3);
  const value = ({ plane, stride, h, v }: Component, x: number, y: number): number =>
    plane[Math.floor((y * v) / most.v) * stride + Math.floor((x * h) / most.h)]!;
  const [luma, blue, red] = components;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      const l = value(luma!, x, y);
      const [b, r] = blue && red ? [value(blue, x, y) - 128, value(red, x, y) - 128] : [0, 0];
      pixels[at] = l + 1.402 * r;
      pixels[at + 1] = l - 0.344136 * b - 0.714136 * r;
      pixels[at + 2] = l + 1.772 * b;
    }
  }
  return new Uint8Array(pixels.buffer);
}
