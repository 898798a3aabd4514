/**
 * The path of this file, from which the package finds its other files; undefined in a bundle of ES modules. It is
 * CommonJS, because Jest in a CommonJS host turns the ES modules of this package into CommonJS, where `import.meta` is
 * an error.
 */
exports.placeFile = typeof __filename === 'string' ? __filename : undefined;
