export declare const placeFile: string | undefined;
