/**
 * The file that this is, by which the package finds the rest of itself; undefined in a bundle of ES modules. CommonJS, because the
 * Jest of a CommonJS host turns our ES modules into CommonJS, where `import.meta` is an error.
 */
exports.placeFile = typeof __filename === 'string' ? __filename : undefined;
