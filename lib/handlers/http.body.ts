import { Readable, type Duplex } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** The bytes of a body, or its beginning. */
export interface BodyBytes {
  readonly bytes: Buffer;
  /** Whether the body has more bytes than allowed. */
  readonly isTruncated: boolean;
}

/** More layers of encoding than any server needs. */
const MOST_ENCODINGS = 5;

type Decoder = (body: BodyBytes) => Duplex;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: (body) => createGunzip(flushing(body)),
  'x-gzip': (body) => createGunzip(flushing(body)),
  deflate: (body) => (hasZlibHeader(body) ? createInflate : createInflateRaw)(flushing(body)),
  br: ({ isTruncated }) =>
    createBrotliDecompress({
      finishFlush: isTruncated ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH,
    }),
};

/** A body has an unknown encoding, or not the one that its headers name. */
export class UndecodableBody extends Error {}

/** Reads at most `maxBytes` of a stream, and destroys it if it has more. */
export async function readBytes(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<BodyBytes> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isTruncated: size > maxBytes };
}

/**
 * Decodes a body according to its `content-encoding`, to at most `maxBytes` each time, so that a small answer cannot
 * become huge.
 * @throws UndecodableBody
 */
export async function decodeBody(body: BodyBytes, contentEncoding: string, maxBytes: number): Promise<BodyBytes> {
  const names = contentEncoding.toLowerCase().split(',').map((name) => name.trim()); // prettier-ignore
  const encodings = names.filter((name) => name !== '' && name !== 'identity');
  const unknown = encodings.find((name) => !Object.hasOwn(DECODERS, name));
  if (unknown !== undefined) throw new UndecodableBody(`its content-encoding "${unknown}" is not supported`);
  if (encodings.length > MOST_ENCODINGS) throw new UndecodableBody(`it has ${encodings.length} content-encodings`);
  let decoded = body;
  for (const name of encodings.reverse()) decoded = await decodeOnce(decoded, name, maxBytes);
  return decoded;
}

async function decodeOnce(body: BodyBytes, name: string, maxBytes: number): Promise<BodyBytes> {
  if (body.bytes.length === 0) return body; // as for HEAD
  try {
    const decoded = await readBytes(Readable.from([body.bytes]).pipe(DECODERS[name]!(body)), maxBytes);
    return { ...decoded, isTruncated: decoded.isTruncated || body.isTruncated };
  } catch (cause) {
    throw new UndecodableBody(`it is not encoded as its content-encoding "${name}" says: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A truncated body ends early, which is not an error. */
function flushing({ isTruncated }: BodyBytes): { readonly finishFlush: number } {
  return { finishFlush: isTruncated ? constants.Z_SYNC_FLUSH : constants.Z_FINISH };
}

/** Some servers omit the header, although RFC 9110 (8.4.1.2) requires it. Its method and its checksum identify it. */
function hasZlibHeader({ bytes }: BodyBytes): boolean {
  return (bytes[0]! & 0x0f) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0;
}
