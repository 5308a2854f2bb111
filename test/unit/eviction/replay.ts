/** A failure prints its seed and path: FC_SEED=… FC_PATH=… run it again. */
export const replay = {
  numRuns: 150,
  ...(process.env.FC_SEED && { seed: Number(process.env.FC_SEED) }),
  ...(process.env.FC_PATH && { path: process.env.FC_PATH }),
};
