// Ways out. Each prints "tried" when it has done what it could, and "OUT" with what it got.
import type { Case } from "./asked.ts";

const OUT =
  "const out=(what)=>console.log('OUT',what);const attempt=(what,act)=>{try{const got=act();out(what+' '+String(got).slice(0,80))}catch(e){console.log(what,e.code??e.message)}};";
const SH =
  "const sh=(command)=>require('node:child_process').execFileSync('/bin/sh',['-c',command],{stdio:['ignore','pipe','ignore']}).toString();";
const PY =
  "const py=(code)=>require('node:child_process').execFileSync('/usr/bin/python3',['-I','-S','-c',code],{stdio:['ignore','pipe','ignore']}).toString();";

const attack = (source: string): Case => ({
  source: `${OUT}${SH}${PY}const fs=require('node:fs');${source};console.log('tried')`,
});
const later = (source: string): Case => ({ source: `${OUT}${source}` });

export const READING: Readonly<Record<string, Case>> = {
  "reads the hidden tests": attack("attempt('secret',()=>fs.readFileSync(BAIT.folder+'/secret','utf8'))"),
  "lists the grader's folder": attack("attempt('list',()=>fs.readdirSync(BAIT.folder))"),
  "reads the passwords": attack("attempt('shadow',()=>fs.readFileSync('/etc/shadow','utf8'))"),
  "lists homes": attack(
    "for(const folder of ['/root','/home','/tmp/..'+'/work','/srv','/mnt'])attempt(folder,()=>{const all=fs.readdirSync(folder);if(all.length===0)throw new Error('empty');return all})",
  ),
  "reads the lessons with their solutions": attack(
    "attempt('notebooks',()=>fs.readdirSync(process.env.ROOT+'/notebooks'))",
  ),
  "follows a link out": attack(
    "fs.symlinkSync(BAIT.folder+'/secret','link');attempt('link',()=>fs.readFileSync('link','utf8'));attempt('hard link',()=>{fs.linkSync(BAIT.folder+'/secret','hard');return fs.readFileSync('hard')})",
  ),
  "goes by /proc/1/root and /proc/self/root": attack(
    "for(const root of ['/proc/1/root','/proc/self/root','/proc/'+BAIT.pid+'/root','/proc/'+BAIT.pid+'/cwd'])attempt(root,()=>fs.readFileSync(root+BAIT.folder+'/secret','utf8'))",
  ),
  "reads the grader's environment": attack(
    "for(const pid of [1,process.ppid,BAIT.pid])attempt('environment of '+pid,()=>{const text=fs.readFileSync('/proc/'+pid+'/environ','utf8');if(!/TMPDIR=.tmp.gradbook|GRADBOOK/.test(text))throw new Error('not the grader');return text})",
  ),
  "looks through descriptors that it inherited": attack(
    "for(const d of fs.readdirSync('/proc/self/fd'))attempt('descriptor '+d,()=>fs.readFileSync('/proc/self/fd/'+d+'/..'+BAIT.folder+'/secret'));attempt('open files',()=>{const files=fs.readdirSync('/proc/self/fd').map(d=>{try{return fs.readlinkSync('/proc/self/fd/'+d)}catch{return ''}}).filter(name=>/^\\/(?!dev\\/|proc\\/)/.test(name));if(files.length===0)throw new Error('none');return files})",
  ),
};

export const WRITING: Readonly<Record<string, Case>> = {
  "writes outside": attack(
    "attempt('outside',()=>{fs.writeFileSync(BAIT.folder+'/outside','x');return 'written'});attempt('mine',()=>{fs.appendFileSync(BAIT.folder+'/mine','x');return 'written'});attempt('cut',()=>{fs.truncateSync(BAIT.folder+'/mine');return 'cut'})",
  ),
  "changes the mode, the owner or the times of a file": attack(
    "attempt('mode',()=>{fs.chmodSync(BAIT.folder+'/mine',0);return 'changed'});attempt('times',()=>{fs.utimesSync(BAIT.folder+'/mine',1,1);return 'changed'});attempt('owner',()=>{fs.chownSync(BAIT.folder+'/mine',process.getuid(),process.getgid());return 'changed'})",
  ),
  "writes to the system": attack(
    "for(const folder of ['/','/usr','/usr/bin','/usr/lib','/etc','/dev','/proc/sys/kernel'])attempt(folder,()=>{fs.writeFileSync(folder+'/answers-were-here','x');return 'written'})",
  ),
  "writes to the memory of others": attack(
    "for(const pid of [1,process.ppid,BAIT.pid])attempt('memory of '+pid,()=>fs.openSync('/proc/'+pid+'/mem','r+'))",
  ),
  mounts: attack(
    "attempt('mount',()=>sh('mount -t tmpfs none /usr && echo mounted'));attempt('namespace',()=>sh('unshare -Urm true && echo unshared'));attempt('remount',()=>sh('mount -o remount,rw,bind / && echo mounted'))",
  ),
  "becomes somebody else": attack(
    "attempt('su',()=>sh('su -c id'));attempt('user',()=>{process.setuid(process.getuid()+1);return process.getuid()});attempt('capabilities',()=>{const caps=/CapEff:\\s+(\\w+)/.exec(fs.readFileSync('/proc/self/status','utf8'))[1];if(!/[1-9a-f]/.test(caps))throw new Error('none');return caps});attempt('privileges',()=>{if(/NoNewPrivs:\\s+1/.test(fs.readFileSync('/proc/self/status','utf8')))throw new Error('none are new');return 'new'})",
  ),
};

export const OTHERS: Readonly<Record<string, Case>> = {
  "signals the grader": attack(
    "attempt('signal',()=>{if(fs.readlinkSync('/proc/self/ns/pid')!==BAIT.namespace)throw new Error('elsewhere');process.kill(BAIT.pid,0);return BAIT.pid});attempt('all',()=>{if(fs.readlinkSync('/proc/self/ns/pid')!==BAIT.namespace)throw new Error('elsewhere');process.kill(-1,'SIGURG');return 'all'})",
  ),
  "traces another process": attack(
    "attempt('trace',()=>py('import ctypes;l=ctypes.CDLL(None,use_errno=True);r=l.ptrace(16,'+process.ppid+',0,0);assert r==0;print(r)'));attempt('own child',()=>py('import ctypes;l=ctypes.CDLL(None,use_errno=True);assert l.ptrace(0,0,0,0)==0;print(1)'))",
  ),
  "takes memory that no limit counts": attack(
    "attempt('memfd',()=>py('import os;print(os.memfd_create(chr(97)))'));attempt('shared memory',()=>py('import mmap;print(mmap.mmap(-1,1<<20))'));attempt('io_uring',()=>py('import ctypes;assert ctypes.CDLL(None).syscall(425,8,0)>=0 ;print(1)'))",
  ),
  "limits the grader's processes": attack(
    "attempt('prlimit',()=>{if(fs.readlinkSync('/proc/self/ns/pid')!==BAIT.namespace)throw new Error('elsewhere');return py('import resource;print(resource.prlimit('+BAIT.pid+',resource.RLIMIT_CPU))')})",
  ),
};

export const NETWORK: Readonly<Record<string, Case>> = {
  "calls by TCP": later(
    "const s=require('net').connect(BAIT.tcp,'127.0.0.1',()=>{out('tcp');s.end()});s.on('error',e=>console.log(e.code));s.on('close',()=>console.log('tried'))",
  ),
  "sends by UDP": later(
    "try{const s=require('dgram').createSocket('udp4');s.on('error',e=>{console.log(e.code,'tried')});s.send('x',BAIT.udp,'127.0.0.1',e=>{console.log(e&&e.code,'tried');s.close()})}catch(e){console.log(e.code,'tried')}",
  ),
  "calls by a socket's file": later(
    "const s=require('net').connect(BAIT.socket,()=>{out('unix');s.end()});s.on('error',e=>console.log(e.code));s.on('close',()=>console.log('tried'))",
  ),
  "calls by an abstract socket": later(
    "const s=require('net').connect(BAIT.abstract,()=>{out('abstract');s.end()});s.on('error',e=>console.log(e.code));s.on('close',()=>console.log('tried'))",
  ),
  "calls out": later(
    "fetch('http://1.1.1.1/',{signal:AbortSignal.timeout(2000)}).then(()=>out('web'),e=>console.log(e.message)).then(()=>console.log('tried'))",
  ),
  "asks for names": later(
    "require('dns').lookup('example.com',(e,a)=>{a?out(a):console.log(e.code);console.log('tried')})",
  ),
};

/** Where answers have no /proc of the grader's pid namespace and no file of its own, they cannot even learn of these. */
export const ATTACKS: Readonly<Record<string, Case>> = { ...READING, ...WRITING, ...OTHERS, ...NETWORK };
