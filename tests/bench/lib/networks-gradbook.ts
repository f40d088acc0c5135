// Our own rows of the real networks.
import { backend, type Tensor } from "../../../lib/index.ts";
import { pictureFor } from "./networks.ts";
import { forwardPass } from "./peer.ts";

await forwardPass(async (network, threads) => {
  backend.threads = threads;
  const [forward, picture] = [network.load(), pictureFor(network)];
  const values = ({ storage }: Tensor): Float32Array => storage.array() as Float32Array;
  return { by: backend.describe(), pass: () => forward(picture).map(values) };
});
