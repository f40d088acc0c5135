// Answers that take more than they may.
import type { Limit } from "../../../../kernel-ext/grading/results/result.ts";
import type { Case } from "./asked.ts";

const FORK = "const {spawn}=require('child_process');";
const IDLE = "setInterval(()=>{},1000)";

/** Each ends by itself only where nothing limits it, and says then "NO LIMIT". */
export const EXCESSES: Readonly<Record<string, Case & { readonly limit: Limit }>> = {
  "fills the heap": {
    source: "const all=[];for(let i=0;i<2000;i++)all.push(new Array(1e5).fill(i));console.log('NO LIMIT')",
    limit: "memory",
  },
  "fills ArrayBuffers": {
    source:
      "const all=[];for(let i=0;i<150;i++)all.push(new Float64Array(1e6).fill(1));console.log('NO LIMIT')",
    limit: "memory",
  },
  "fills shared buffers": {
    source:
      "const all=[];for(let i=0;i<120;i++)all.push(new Uint8Array(new SharedArrayBuffer(1e7)).fill(1));console.log('NO LIMIT')",
    limit: "memory",
  },
  "fills the memory of wasm": {
    source:
      "const all=[];for(let i=0;i<40;i++){const m=new WebAssembly.Memory({initial:500});new Uint8Array(m.buffer).fill(1);all.push(m)}console.log('NO LIMIT')",
    limit: "memory",
  },
  "fills the memory of two children, each under the limit": {
    source: `${FORK}for(let i=0;i<2;i++)spawn(process.execPath,['-e',"const all=[];for(let i=0;i<35;i++)all.push(new Uint8Array(1e7).fill(1));${IDLE}"],{stdio:'ignore'});setTimeout(()=>{console.log('NO LIMIT');process.exit()},30000)`,
    limit: "memory",
  },
  "computes without end": { source: "for(;;);", limits: { cpu: 1 }, limit: "time" },
  "computes without end, and ignores the signal for it": {
    source: "process.on('SIGXCPU',()=>{});setInterval(()=>{const t=Date.now();while(Date.now()-t<50);},0)",
    limits: { cpu: 1 },
    limit: "time",
  },
  "computes in one child after another": {
    source: `${FORK}const next=(n)=>n?spawn(process.execPath,['-e','const t=Date.now();while(Date.now()-t<700);'],{stdio:'ignore'}).on('exit',()=>next(n-1)):console.log('NO LIMIT');next(9)`,
    limits: { cpu: 1 },
    limit: "time",
  },
  "writes one large file": {
    source:
      "const f=fs.openSync('large','w');const b=Buffer.alloc(1<<20);for(let i=0;i<64;i++)fs.writeSync(f,b);console.log('NO LIMIT')",
    limit: "files",
  },
  "writes many files that are large together": {
    source:
      "const b=Buffer.alloc(1<<20);for(let i=0;i<64;i++)fs.writeFileSync('file'+i,b);setTimeout(()=>console.log('NO LIMIT'),30000)",
    limit: "files",
  },
  "makes more files than there may be": {
    source:
      "for(let i=0;i<20000;i++)fs.writeFileSync('file'+i,'');setTimeout(()=>console.log('NO LIMIT'),30000)",
    limit: "files",
  },
  "opens files without end": {
    source: "for(let i=0;i<1000;i++)fs.openSync('/dev/null','r');console.log('NO LIMIT')",
    limit: "files",
  },
  "starts processes without end": {
    source: `${FORK}for(let i=0;i<100;i++)spawn('/bin/sleep',['60'],{stdio:'ignore'});setTimeout(()=>{console.log('NO LIMIT');process.exit()},30000)`,
    limit: "processes",
  },
  "starts threads without end": {
    source: `const {Worker}=require('worker_threads');for(let i=0;i<100;i++)new Worker('${IDLE}',{eval:true});setTimeout(()=>{console.log('NO LIMIT');process.exit()},30000)`,
    limits: { memory: 2 ** 31 },
    limit: "processes",
  },
};

export const BOMB: Case = {
  source: `${FORK}setTimeout(()=>process.exit(7),2000);spawn('/bin/sh',['-c','f(){ f|f& };f'],{stdio:'ignore'}).on('error',()=>{})`,
};
export const HIDING: Case = {
  source:
    "for(let i=0;i<300;i++){fs.mkdirSync('deeper-than-a-path-can-be-long');process.chdir('deeper-than-a-path-can-be-long')}fs.mkdirSync('closed',0o300);fs.writeFileSync('closed/file','x');process.exit(3)",
};
export const TALKING: Case = {
  source: "const b='x'.repeat(1<<16);for(let i=0;i<800;i++){fs.writeSync(1,b);fs.writeSync(2,b)}",
};
export const fine: Case = { source: "console.log('fine')" };
