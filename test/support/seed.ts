/**
 * The seed of everything that is drawn. One and the same each time, so that a failure is one of the change: another one
 * by `PROPERTY_SEED=1`, and with `PROPERTY_SEED=random` one that nobody has tried. It is printed, to be given again.
 */
const { PROPERTY_SEED = '20261121' } = process.env;

export const SEED = PROPERTY_SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(PROPERTY_SEED);
if (!Number.isInteger(SEED)) { throw new Error(`PROPERTY_SEED is neither a whole number nor random: ${PROPERTY_SEED}`); }

process.stdout.write(`drawn with PROPERTY_SEED=${SEED}\n`);
