await Promise.reject(new Error("not written yet"));

export {};
