export declare function ajv(): typeof import('ajv');
export declare function ajv2020(): typeof import('ajv/dist/2020.js');
export declare function ajvFormats(): typeof import('ajv-formats');
export declare function yaml(): typeof import('yaml');
export declare function jsonPath(): typeof import('json-p3');
