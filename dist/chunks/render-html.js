import{c as e,f as t,i as n,l as r,o as i,r as a,t as o,u as s}from"./page-header.js";import{A as c,C as l,D as u,F as d,N as f,O as p,P as m,S as h,T as g,_,a as ee,b as v,c as te,d as ne,f as y,g as b,h as x,i as re,j as S,l as ie,m as ae,n as oe,o as se,p as C,r as ce,s as le,t as ue,u as de,v as w,w as T,x as fe,y as pe}from"./baseline-words.js";import{i as E,n as me,r as D,t as O}from"./format.js";import{a as k,n as he,t as ge}from"./location.js";import{t as _e}from"./histogram.js";const ve=[{kind:`breaking`,className:`regressed`},{kind:`risky`,className:`inconclusive`},{kind:`compatible`,className:`unchanged`}];function ye({contracts:e,outcomes:t,findings:n}){return[be(e),Se(e),j(`Tests`,[...t.newlyFailing.map(e=>A(`regressed`,`newly failing`,e)),...t.flaky.map(({test:e,failures:t,runs:n})=>A(`inconclusive`,`flaky`,e,`failed ${D(t)} of ${O(n,`run`)}`)),...t.fixed.map(e=>A(`improved`,`fixed`,e))]),j(`Findings`,[...n.new.map(({rule:e,server:t,message:n})=>A(`inconclusive`,`new`,e,t===void 0?n:`${t}: ${n}`)),...n.gone.map(({rule:e,server:t,message:n})=>A(`improved`,`gone`,e,t===void 0?n:`${t}: ${n}`))])].filter(e=>e!==``).join(`
`)}function A(t,n,i,a=``,o=``){return`<li><span class="verdict-cell ${t}">${n}</span> <code>${e(k(i,300))}</code>${a===``?``:` ${r(a)}`}${o}</li>`}function j(e,t){return t.length===0?``:`<h4>${e}</h4>\n<ul class="plain">${t.join(``)}</ul>`}function be(e){let[t=[],n=[],r=[]]=ve.map(({kind:t,className:n})=>e.flatMap(({server:r,changes:i})=>i.filter(e=>e.kind===t).map(i=>A(n,t,i.path,`${e.length>1?`of ${r}: `:``}${i.reason}${xe(i)}`)))),i=j(`Contract`,[...t,...n]);return r.length===0?i:`${i===``?`<h4>Contract</h4>`:i}\n<details class="more"><summary>${O(r.length,`compatible change`)}</summary><ul class="plain">${r.join(``)}</ul></details>`}function xe({before:e,after:t}){if(e===void 0&&t===void 0)return``;let n=e=>e===void 0?`nothing`:k(JSON.stringify(e),200);return` (${n(e)} → ${n(t)})`}function Se(t){return j(`Context cost`,t.flatMap(({server:t,contextCost:n})=>{if(n===void 0||n.tools.length+Math.abs(n.growth)===0)return[];let{tokenizer:r,before:i,after:a,growth:o,growthPercent:s,tools:c}=n,l=s===void 0?``:`, ${y(s)}`,u=`${D(i)} → ${D(a)} tokens${l} (${r})`,d=c.map(t=>`<tr><th scope="row"><code>${e(k(t.name,200))}</code></th><td class="number">${D(t.before)}</td><td class="number">${D(t.after)}</td></tr>`),f=d.length===0?``:`<details class="more"><summary>${O(d.length,`tool`)}</summary><table><thead><tr><th scope="col">Tool</th><th scope="col" class="number">Before</th><th scope="col" class="number">Now</th></tr></thead><tbody>${d.join(``)}</tbody></table></details>`,[p,m]=o>0?[`inconclusive`,`grew`]:o<0?[`improved`,`shrank`]:[`unchanged`,`moved`];return[A(p,m,t,u,f)]}))}const Ce={name:`Change`,write:({changePercent:e})=>`<strong>${y(e)}</strong>`},we={name:`95 % interval`,write:C},M={name:`Could have shown`,write:({smallestDetectablePercent:e})=>e===void 0?`n/a`:ae(e)},N={name:`Runs`,write:({runs:e,scope:t})=>`${D(e)}${t===`any-machine`?`<span class="aside">any machine</span>`:``}`},P=[Ce,we,M,N],F=[{name:`History → now`,write:({metric:e,base:t,head:n})=>`${_(e,t)} → ${_(e,n)}`},Ce,we,M,N,{name:`Since the approved run`,write:({sinceApprovedPercent:e})=>y(e)},{name:`Since the anchor`,write:({sinceAnchorPercent:e})=>y(e)}];function Te({suite:e,benchmarks:t},n){if(t.length===0)return``;let i=f.flatMap(e=>d(t,e)),a=i.map(e=>`<tr><th scope="row">${L(e.id,n)}<span class="sentence">${r(e.sentence)}</span></th>${R(S(e),e,P)}</tr>`),o=i.flatMap(e=>e.metrics.map((t,r)=>`<tr>${r===0?`<th scope="rowgroup" rowspan="${e.metrics.length}">${L(e.id,n)}</th>`:``}${R(t,t,F)}</tr>`)),s=o.length===0?``:`<details class="more"><summary>All metrics of ${O(t.length,`benchmark`)}</summary>${I(`All metrics of ${e} against the baseline`,F,o)}</details>`;return`${I(`Benchmarks of ${e} against the baseline`,P,a)}
<p class="note">The change is against the mean of the comparable runs since the last change of level; a smaller one than it could have shown may hide.</p>
${s}`}function I(t,n,r){return`<div class="scroll" tabindex="0" role="group" aria-label="${e(k(t,300))}"><table class="metrics"><thead><tr><th scope="col">Benchmark</th><th scope="col">Verdict</th><th scope="col">Metric</th>${n.map(({name:e})=>`<th scope="col" class="number">${e}</th>`).join(``)}</tr></thead><tbody>${r.join(``)}</tbody></table></div>`}function L(t,n){let r=n(t),i=e(k(t,200));return r===void 0?i:`<a href="#${r}">${i}</a>`}function R(e,{verdict:t,severity:n},r){let i=n===void 0||n===`minor`?``:` <span class="badge warned">${n}</span>`,a=r.map(({write:t})=>e===void 0?`n/a`:t(e));return`<td class="verdict-cell ${t}"><span aria-hidden="true">${m[t]}</span> ${t}${i}</td><td>${e===void 0?`none`:T(e.metric)}</td>${a.map(e=>`<td class="number">${e}</td>`).join(``)}`}function Ee(t,n,r){let i=-1/0;return`<line class="axis" x1="0" x2="100%" y1="${n}" y2="${n}"/>${t.ticks.map(a=>{let o=t.at(a),s=`<line class="tick" x1="${z(o)}" x2="${z(o)}" y1="${n}" y2="${n+5}"/>`;if(o-i<11)return s;i=o;let c=o<4?`start`:o>96?`end`:`middle`;return`${s}<text x="${z(o)}" y="${n+20}" text-anchor="${c}">${e(r(a))}</text>`}).join(``)}`}function z(e){return`${Number(e.toFixed(3))}%`}const De=2**-1022;function Oe(e,t){return e>=De&&t/e>4?ke(e,t):B(e,t)}function B(e,t){let n=Math.max(Math.abs(e),Math.abs(t),1e-6),r=t-e>n*1e-6?0:n*.05,[i,a]=[e-r,t+r];return{isLogarithmic:!1,low:i,high:a,at:e=>V((e-i)/(a-i)*100),valueAt:e=>i+e*(a-i),ticks:H(i,a)}}function ke(e,t){let[n,r]=[Math.log(e),Math.log(t)];return{isLogarithmic:!0,low:e,high:t,at:t=>V((Math.log(Math.max(t,e))-n)/(r-n)*100),valueAt:e=>Math.exp(n+e*(r-n)),ticks:Ae(e,t)}}function V(e){return Math.min(100,Math.max(0,e))}function H(e,t){let n=(t-e)/5,r=10**Math.floor(Math.log10(n)),i=([1,2,5,10].find(e=>e*r>=n)??10)*r,a=Math.ceil(e/i-1e-9),o=Math.max(0,Math.floor(t/i+1e-9)-a+1);return Array.from({length:Math.min(o,14)},(e,t)=>Number(((a+t)*i).toPrecision(12)))}function Ae(e,t){let[n,r]=[Math.floor(Math.log10(e)),Math.ceil(Math.log10(t))],i=Array.from({length:r-n+1},(e,t)=>10**(n+t)),a=n=>n.filter(n=>n>=e*(1-1e-9)&&n<=t*(1+1e-9)),o=a(i.flatMap(e=>[1,2,5].map(t=>t*e)));if(o.length<4)return H(e,t);if(o.length<=7)return o;let s=a(i),c=Math.ceil(s.length/7);return s.filter((e,t)=>t%c===0)}function je({title:t,points:n,changePoints:i,remarks:a=[],format:o}){let s=n.filter(({value:e})=>Number.isFinite(e));if(s.length===0)return``;let c=i.filter(({index:e})=>e>0&&e<s.length),l=Me(s),u={points:s,x:e=>Ne(e,s.length),y:U(l)},d=s[0]?.value??0,f=s.at(-1)?.value??0,p=[...c.map(e=>Pe(e,s,o)),...a],m=k(`${t}: ${O(s.length,`run`)}, from ${o(d)} to ${o(f)}`,400);return`<figure class="trend"><h4>${e(k(t,300))}</h4>
<svg height="206" role="img" aria-label="${e([m,...p].join(`. `))}">${Fe(l,o)}
<svg x="0" y="0" width="100%" height="180" viewBox="0 0 1000 180" preserveAspectRatio="none">${Ie(u)}${Le(u)}</svg>
${Re(u,c)}${c.map(e=>ze(e,u)).join(``)}${Be(u,o)}${Ve(u)}</svg>
<figcaption>${p.length===0?`No change of level.`:`<ul class="plain">${p.map(e=>`<li>${r(e)}</li>`).join(``)}</ul>`}</figcaption>
<details class="more"><summary>Values</summary><div class="scroll" tabindex="0" role="group" aria-label="${e(`Values of ${k(t,200)}`)}"><table><thead><tr><th scope="col">Run</th><th scope="col" class="number">Value</th><th scope="col" class="number">Interval</th><th scope="col">About</th></tr></thead><tbody>${s.map(e=>He(e,o)).join(``)}</tbody></table></div></details></figure>`}function Me(e){let t=e.flatMap(({value:e,interval:t=[]})=>[e,...t.filter(Number.isFinite)]),[n,r]=[Math.min(...t),Math.max(...t)],i=(r-n)*.12||Math.abs(r)*.1||1;return B(n>=0&&n<r/2?0:n-i,r+i)}function U(e){return t=>180-e.at(t)/100*180}function Ne(e,t){return t===1?50:7+e/(t-1)*91}function Pe({index:e,before:t,after:n},r,i){return`${t>0?`${y((n/t-1)*100)}, `:``}${i(t)} to ${i(n)}, between ${r[e-1]?.label??`?`} and ${r[e]?.label??`?`}`}function Fe(t,n){let r=U(t);return`${t.ticks.filter(e=>r(e)>12).map(t=>`<line class="grid" x1="0" x2="100%" y1="${r(t).toFixed(1)}" y2="${r(t).toFixed(1)}"/><text x="0" y="${(r(t)-4).toFixed(1)}">${e(n(t))}</text>`).join(``)}<line class="axis" x1="0" x2="100%" y1="180" y2="180"/>`}function Ie({points:e,x:t,y:n}){let r=e.flatMap(({interval:e},r)=>e===void 0?[]:[{x:t(r)*10,low:n(e[0]),high:n(e[1])}]);if(r.length<2)return``;let i=r.map(e=>`${e.x.toFixed(1)} ${e.high.toFixed(1)}`),a=r.map(e=>`${e.x.toFixed(1)} ${e.low.toFixed(1)}`).toReversed();return`<path class="spread" d="M${[...i,...a].join(`L`)}Z"/>`}function Le({points:e,x:t,y:n}){return`<path class="line" vector-effect="non-scaling-stroke" d="M${e.map(({value:e},r)=>`${(t(r)*10).toFixed(1)} ${n(e).toFixed(1)}`).join(`L`)}"/>`}function Re({points:e,x:t,y:n},r){return r.flatMap((i,a)=>{let o=r[a+1]?.index??e.length,s=(e,r,i)=>`<line class="level" x1="${z(t(e))}" x2="${z(t(r))}" y1="${n(i).toFixed(1)}" y2="${n(i).toFixed(1)}"/>`;return[...a===0?[s(0,i.index-1,i.before)]:[],s(i.index,o-1,i.after)]}).join(``)}function ze({index:e,before:t,after:n},{x:r}){let i=(r(e-1)+r(e))/2,a=n>t?`regressed`:`improved`,o=t>0?y((n/t-1)*100):``,s=i>85?`end`:`start`;return`<line class="change ${a}" x1="${z(i)}" x2="${z(i)}" y1="0" y2="180"/><svg x="${z(i)}" y="0" overflow="visible"><text class="change ${a}" x="${s===`end`?-6:6}" y="12" text-anchor="${s}">${o}</text></svg>`}function Be({points:t,x:n,y:r},i){return t.map(({label:t,value:a,note:o},s)=>`<circle class="point" cx="${z(n(s))}" cy="${r(a).toFixed(1)}" r="3.5"><title>${e(`${t}: ${i(a)}${o===void 0?``:`, ${k(o,200)}`}`)}</title></circle>`).join(``)}function Ve({points:t,x:n}){let r=t[0]?.label??``,i=t.at(-1)?.label??``,a=(t,n,r)=>`<text x="${z(t)}" y="200" text-anchor="${n}">${e(k(r,24))}</text>`;return t.length===1?a(n(0),`middle`,r):`${a(n(0),`start`,r)}${a(100,`end`,i)}`}function He({label:t,value:n,interval:r,note:i},a){let o=[a(n),r===void 0?``:`${a(r[0])} to ${a(r[1])}`];return`<tr><th scope="row">${e(t)}</th>${o.map(t=>`<td class="number">${e(t)}</td>`).join(``)}<td>${e(k(i??``,300))}</td></tr>`}function Ue({series:e,trend:t,benchmarks:n}){if(e.length===0&&t.length===0)return``;let i=new Set(n.flatMap(({id:e,metrics:t})=>t.filter(({verdict:e})=>e===`regressed`||e===`improved`).map(({metric:t})=>W({id:e,metric:t})))),a=e=>e.changes.length>0||i.has(W(e)),o=e.filter(a),s=e.filter(e=>!a(e)),c=t.filter(t=>!e.some(e=>We(e,t)));return[`<h4>Trend</h4>`,t.length===0?`<p class="absent">No step and no drift in ${O(Math.max(...e.map(({points:e})=>e.length)),`run`)}; ten comparable ones are needed to tell.</p>`:``,c.length===0?``:`<ul class="plain">${c.map(e=>`<li>${r(le(e))}</li>`).join(``)}</ul>`,...o.map(G),s.length===0?``:`<details class="more"><summary>${O(s.length,`chart`)} of what has not moved</summary>${s.map(G).join(`
`)}</details>`,e.length<30?``:`<p class="note">No more than 30 metrics of a suite are drawn, what moved first.</p>`].filter(e=>e!==``).join(`
`)}function W({id:e,metric:t}){return`${t} ${e}`}function We(e,{id:t,metric:n,kind:r,from:i,to:a}){return e.id===t&&e.metric===n&&e.changes.some(e=>e.kind===r&&e.from.at===i.at&&e.to.at===a.at)}function G(e){let{points:t,changes:n,unit:r}=e;return je({title:de({...e,id:k(e.id,200)}),points:t.map(e=>({label:ie(e),value:e.value,note:o(e.at)})),changePoints:n.flatMap(({step:e})=>e===void 0?[]:[e]),remarks:n.filter(({kind:e})=>e===`drift`).map(e=>ce(e)),format:te[r]})}function*Ge(t,n){for(let r of t)yield`<article class="baseline">
<h3>${e(k(r.suite,400))}</h3>
${[Ke(r),qe(r),Je(r),q(r.baseline===void 0?[]:r.notes),Te(r,n),ye(r),Ue(r)].filter(e=>e!==``).join(`
`)}
</article>
`}function Ke(t){let n=ne(t),r=n===void 0?``:`<span aria-hidden="true">${m[n]}</span> `;return`<p class="verdict-line verdict-cell ${n??`none`}">${r}${e(oe(t))}</p>`}function qe({failures:e}){return e.length===0?``:`<div class="expectation failure"><p class="message">fail_on does not allow ${O(e.length,`change`)}:</p>${q(e)}</div>`}function Je(t){let{baseline:n,failOn:a,action:s}=t,c=n?.commit;return i(`facts conditions`,[[`Compared with`,n===void 0?void 0:`the approved run of <time datetime="${e(k(n.at,40))}">${e(k(o(n.at),40))}</time>${c===void 0?``:`, commit <code>${e(c.slice(0,12))}</code>`}, and its history of ${O(n.runs,`run`)}`],[`Comparable runs`,n===void 0?void 0:ee(t)],[`Smallest change that it could have shown`,n===void 0?void 0:se(t)],[`fail_on`,n===void 0?void 0:`<code>${re(a)}</code>`],[`This run`,s===void 0?void 0:`${ue[s.kind]}${s.reasons.length===0?``:` (${r(s.reasons.join(`; `))})`}`],[`Not in the baseline`,n===void 0?void 0:K(t.added)],[`Only in the baseline`,K(t.missing)]])}function K(t){if(t.length===0)return;let n=t.slice(0,20).map(t=>`<code>${e(k(t,200))}</code>`),r=t.length-n.length;return`${n.join(`, `)}${r===0?``:` and ${D(r)} more`}`}function q(e){return e.length===0?``:`<ul class="plain">${e.map(e=>`<li>${r(e)}</li>`).join(``)}</ul>`}function J(e){return Object.entries(e).filter(([e,t])=>e===`ok`||t>0).map(([e,t])=>`${D(t)} ${e}`).join(`, `)}function Y(t,n){let r=t.flatMap(e=>{let t=_e.parse(e.latency.histogram);return t.ok&&t.histogram.count>0?[{...e,histogram:t.histogram}]:[]});if(r.length===0)return``;let i=Oe(Math.min(...r.map(({histogram:e})=>e.min)),Math.max(...r.map(({histogram:e})=>e.max))),a=r.map(({histogram:e})=>Xe(e,i)),o=Math.max(...a.flat()),s=r.map(({side:e},t)=>`<path class="area ${e}" vector-effect="non-scaling-stroke" d="${Ze(a[t]??[],o)}"/>`),c=r.map(({label:e,latency:t})=>`${e}: median ${x(t.p50Ms)} of ${O(t.n,`call`)}`);return`<figure class="distribution"><svg height="158" role="img" aria-label="${e(`Distribution of the latency of ${n}. ${c.join(`; `)}`)}">
<svg x="0" y="0" width="100%" height="132" viewBox="0 0 1000 132" preserveAspectRatio="none">${s.join(``)}</svg>${r.map(e=>Qe(e,i)).join(``)}${Ee(i,132,Ye)}</svg>
<figcaption><ul class="sides">${r.map($e).join(``)}</ul><span>Share of calls by latency${i.isLogarithmic?`, on a logarithmic axis`:``}. Solid lines mark the medians, dashed ones the 95th percentiles.</span></figcaption></figure>`}function Ye(e){return e<1e3?`${Number(e.toPrecision(3))} ms`:x(e)}function Xe(e,t){let n=t.isLogarithmic?Math.log(t.high/t.low)/Math.log(1.015625):(t.high-t.low)/(t.high*.015625),r=Math.round(Math.min(80,Math.max(12,n))),i=Array.from({length:r},()=>0);for(let{from:n,until:a,count:o}of e.bins()){let s=t.at(Math.max(n,e.min))/100*r,c=Math.max(t.at(Math.min(a,e.max))/100*r,s+1e-6);for(let t=Math.min(r-1,Math.floor(s));t<Math.min(r,c);t+=1){let n=t===r-1,a=Math.min(c,n?1/0:t+1)-Math.max(s,t),l=Math.max(0,a)/(c-s);i[t]=(i[t]??0)+l*o/e.count}}return i}function Ze(e,t){let n=1e3/e.length;return`M0 132${e.map((e,r)=>`V${(132-(e===0?0:Math.max(1.4,e/t*124))).toFixed(1)}H${((r+1)*n).toFixed(1)}`).join(``)}V132Z`}function Qe({side:e,latency:t},n){let r=(t,r)=>{if(r===void 0)return``;let i=z(n.at(r));return`<line class="mark ${t} ${e}" x1="${i}" x2="${i}" y1="0" y2="132"/>`};return`${r(`p50`,t.p50Ms)}${r(`p95`,t.p95Ms)}`}function $e({side:t,label:n,latency:r}){let i=r.p95Ms===void 0?`too few calls for a p95`:`p95 ${x(r.p95Ms)}`;return`<li class="${t}"><strong>${e(n)}</strong> p50 ${x(r.p50Ms)}, ${i}, ${O(r.n,`call`)}</li>`}const X={low:-90,high:900},et=[-90,-80,-66,-50,-33,-20,-10,-5,-3,-2,-1,0,1,2,3,5,10,20,50,100,200,400,900];function tt(e,t){let n=e.flatMap(({intervalPercent:e=[],logRatios:t})=>[...e.map(Z),...nt(t)]),r=1.6*Z(t),i=Math.max(Z(X.low),Math.min(-r,...n)),a=Math.min(Z(X.high),Math.max(r,...n)),o=(a-i)*.04;return B(i-o,a+o)}function nt(e){let t=Math.floor(e.length*.08);return e.toSorted((e,t)=>e-t).slice(t,e.length-t)}function Z(e){return Math.log(1+Math.max(e,X.low)/100)}function rt(e,t){if(e.length===0)return``;let n=tt(e,t);return`<table class="ratios"><thead><tr><th scope="col">Metric</th><th scope="col" class="chart">Head against base: each pair of processes, and the interval</th><th scope="col" class="number">Change</th><th scope="col" class="number">Base → head</th></tr></thead><tbody>${e.map(e=>it(e,n,t)).join(``)}</tbody><tfoot><tr><td></td><td class="chart"><svg height="24" aria-hidden="true" focusable="false">${ct(n)}</svg></td><td></td><td></td></tr></tfoot></table>
<p class="note">Dots: pairs of fresh processes. Bar: 95 % interval of the change. Shaded: less than ±${t} %, which does not count.</p>`}function it(t,n,r){let{verdict:i,changePercent:a,base:o,head:s}=t;return`<tr class="${i}"><th scope="row">${T(t.metric)}<span class="aside">${i}${t.severity===void 0||t.severity===`minor`?``:`, ${t.severity}`} · ${e(w(t))}</span></th><td class="chart"><svg height="40" role="img" aria-label="${e(`${T(t.metric)}: ${i}, ${y(a)}, 95 % interval ${C(t)}`)}">${at(n,r,40)}${ot(t,n)}${st(t,n,31)}</svg></td><td class="number"><strong>${y(a)}</strong><span class="aside">${C(t)}</span></td><td class="number">${_(t.metric,o)} → ${_(t.metric,s)}</td></tr>`}function at(e,t,n){let[r,i,a]=[-Z(t),Z(t),0].map(t=>e.at(t));return`<rect class="band" x="${z(r)}" width="${z(i-r)}" height="${n}"/><line class="zero" x1="${z(a)}" x2="${z(a)}" y1="0" y2="${n}"/>`}function ot({logRatios:e},t){return e.map((e,n)=>{let r=e<t.low||e>t.high,i=13+(n%3-1)*6;return`<circle class="pair-dot${r?` beyond`:``}" cx="${z(Math.min(99,Math.max(1,t.at(e))))}" cy="${i}" r="3"/>`}).join(``)}function st({intervalPercent:e,changePercent:t,verdict:n},r,i){if(e===void 0||t===void 0)return``;let[a,o]=e.map(Z),[s,c,l]=[a,o,Z(t)].map(e=>r.at(e)),u=(e,t)=>`<svg x="${z(e)}" y="${i-5}" width="10" height="10" overflow="visible"><path class="ink ${n}" d="M0 0L${8*t} 5L0 10Z"/></svg>`;return`<line class="interval ${n}" x1="${z(s)}" x2="${z(c)}" y1="${i}" y2="${i}"/>${a<r.low?u(1.5,-1):``}${o>r.high?u(98.5,1):``}<circle class="ink ${n}" cx="${z(l)}" cy="${i}" r="4.5"/>`}function ct(e,t=12){let n=[];return`<line class="axis" x1="0" x2="100%" y1="0.5" y2="0.5"/>${[0,...et.filter(e=>e!==0)].flatMap(r=>{let i=Z(r),a=e.at(i);if(i<e.low||i>e.high||n.some(e=>Math.abs(e-a)<t))return[];n.push(a);let o=a<5?`start`:a>95?`end`:`middle`;return[`<line class="tick" x1="${z(a)}" x2="${z(a)}" y1="0" y2="5"/><text x="${z(a)}" y="19" text-anchor="${o}">${r===0?`0`:y(r)}</text>`]}).join(``)}`}function*lt(e,t,n){let r=f.flatMap(t=>d(e.benchmarks,t));if(r.length===0){yield`<p class="absent">Nothing was compared.</p>`;return}let i={comparison:e,scale:tt(r.map(e=>S(e)).filter(e=>e!==void 0).map(e=>({...e,logRatios:[]})),e.minimumEffectPercent),cwd:t},a=r.filter(({verdict:e})=>e===`regressed`),o=new Set(a.length<=2?a:a.slice(0,1));yield`<div class="forest-head" aria-hidden="true"><span></span><span></span><svg height="24" focusable="false">${ct(i.scale,22)}</svg><span></span></div>
<div class="rows">
`;for(let e of r)yield`${ut(e,n(e.id),o.has(e),i)}\n`;yield`</div>
<p class="note">The bar is the 95 % interval of the change of the metric that decides; the shaded band is what does not count.</p>`}function ut(t,n,i,a){let{verdict:o,severity:s,id:c}=t,l=S(t),{scale:u,comparison:d}=a,f=s===void 0||s===`minor`?``:`<span class="badge warned">${s}</span>`,p=l===void 0?`<span></span>`:`<svg class="forest" height="22" aria-hidden="true" focusable="false">${at(u,d.minimumEffectPercent,22)}${st(l,u,11)}</svg>`;return`<details class="test compared ${o}" id="${n}" data-state="${o}"${i?` open`:``}>
<summary><span class="sign" aria-hidden="true">${m[o]}</span><span class="what"><span class="name">${e(k(c,400))}</span>${f}<span class="sentence">${r(t.sentence)}</span></span>${p}<span class="time">${y(l?.changePercent)}</span></summary>
<div class="body">${dt(t,a)}</div>
</details>`}function dt(t,{comparison:n,cwd:a}){let{base:o,head:s,location:c,metrics:l}=t,u=[`base`,`head`].flatMap(e=>{let n=t[e]?.latency;return n===void 0?[]:[{side:e,label:e,latency:n}]});return[...[`base`,`head`].map(e=>{let n=t[e]?.complaint;return n===void 0?``:`<div class="expectation failure"><p class="message">${r(`${e}: ${n}`)}</p></div>`}),rt(l,n.minimumEffectPercent),u.length===0?``:`<div><h4>Latency of all calls of stage 1</h4>${Y(u,t.id)}</div>`,i(`facts`,[[`Defined at`,c===void 0?void 0:`<code>${e(ge(c,a))}</code>`],[`Calls of base`,o===void 0?void 0:J(o.calls)],[`Calls of head`,s===void 0?void 0:J(s.calls)]])].filter(e=>e!==``).join(`
`)}function ft(t){let{settings:n,comparison:a,machine:o,references:s}=t;return i(`facts conditions`,[[`Machine`,r(v(o))],[`State`,r(fe(t))],[`Measured`,e(h(t))],[`Load`,a===void 0?e(pe(n.load)):void 0],[`Calls of each benchmark`,n.iterations===void 0?a===void 0?`as many as fit into ${E(n.measureMs)}`:void 0:String(n.iterations)],[`Pinned to one core`,a===void 0?void 0:a.notPinned===void 0?`each pair`:`no`],[`Seed of the order`,a===void 0?void 0:String(a.seed)],...s.map(({name:t,processes:n})=>[`Reference server (${t})`,e(`p50 ${x(Q(n.map(({p50Ms:e})=>e)))} in ${O(n.length,`process`,`processes`)}`)])])}function pt({servers:e,comparison:t}){return t===void 0?e.map(ht).join(`
`):`${mt(`Base`,t.base)}\n${mt(`Head`,t.head)}`}function mt(e,{label:t,target:n,commit:i,serverInfo:a,protocolVersion:o}){return gt(`${e}: ${t}`,n,[[`Commit`,i===void 0?void 0:`<code>${r(i)}</code>`],[`Server`,_t(a)],[`Protocol`,o===void 0?void 0:r(o)]])}function ht(e){let{name:t,target:n,startupMs:i,peakMemoryBytes:a,protocolVersion:o,serverInfo:s}=e;return gt(t,n,[[`Server`,_t(s)],[`Protocol`,o===void 0?void 0:r(o)],[`Processes`,i.length===0?void 0:String(i.length)],[`Ready in`,i.length===0?void 0:`${E(Q(i))} (${E(Math.min(...i))} to ${E(Math.max(...i))})`],[`Peak memory`,a.length===0?void 0:me(Math.max(...a))]])}function gt(e,t,n){return`<article class="server"><h3>${r(e)}</h3>
<p class="target"><code>${r(t)}</code></p>
${i(`facts`,n)}
</article>`}function _t(e){let t=[e?.name,e?.version].filter(e=>typeof e==`string`);return t.length===0?void 0:r(t.join(` `))}function Q(e){return e.toSorted((e,t)=>e-t)[Math.floor((e.length-1)/2)]??NaN}const vt=[`failed`,`short`,`measured`,`skipped`];function yt({comparison:e,benchmarks:t}){let n=e?.benchmarks.length??t.length;if(n<4)return``;let r=(e===void 0?vt.map(e=>[e,t.filter(t=>t.state===e).length]):f.map(t=>[t,g(e.benchmarks)[t]])).filter(([,e])=>e>0).map(([e,t])=>`<button type="button" class="chip ${e}" data-state="${e}" aria-pressed="false">${e} <span class="amount">${D(t)}</span></button>`);return`<div class="filters" id="filters" role="search" aria-label="Benchmarks" hidden>
<div class="field grow"><label for="filter-text">Search</label><input id="filter-text" type="search" placeholder="Name or sentence" autocomplete="off" spellcheck="false"></div>
${r.length<2?``:`<div class="chips" role="group" aria-label="Verdict">${r.join(``)}</div>`}
<div class="actions"><p id="filter-count" role="status">${D(n)} of ${D(n)} benchmarks</p><button type="button" class="quiet" id="toggle-all" aria-pressed="false">Open all</button></div>
</div>`}function bt({settings:t,benchmarks:n,comparison:i},a){let{load:o}=t,s=n.filter(p);if(o.kind===`sequential`||i!==void 0||s.length===0)return;let c=o.kind===`open`,l=s.filter(({generator:e})=>e?.invalid!==void 0),u=[`Calls`,`Throughput`,`p50`,`p95`,`p99`,`p99.9`,...c?[`Lag p50`,`Lag p99`]:[]];return`<p>${e(pe(o))}.</p>
${l.length===0?``:`<div class="expectation failure">${l.map(({id:t,generator:n})=>`<p class="message">Invalid: <code>${e(k(t,200))}</code>: the load generator could not keep its rate.</p><p class="where">${r(n?.invalid??``)}</p>`).join(``)}</div>`}
<div class="scroll" tabindex="0" role="group" aria-label="Load"><table><thead><tr><th scope="col">Benchmark</th>${u.map(e=>`<th scope="col" class="number">${e}</th>`).join(``)}</tr></thead><tbody>${s.map(e=>xt(e,c,a)).join(``)}</tbody></table></div>
${c?`<p class="note">Latency runs from when a call was due, so that a stall counts for every call that it delayed. The lag is how late the generator itself was.</p>`:`<p class="note">In a closed loop nobody calls while everybody waits, which hides stalls; an open loop (--rate) shows them.</p>`}`}function xt(t,n,r){let{latency:i,generator:a,throughputPerSecond:o}=t,s=[D(i.n),b(o),x(i.p50Ms),x(i.p95Ms),x(i.p99Ms),x(i.p999Ms),...n?[x(a?.lagP50Ms),x(a?.lagP99Ms)]:[]],c=a?.invalid===void 0?``:` <span class="badge bad">invalid</span>`;return`<tr><th scope="row"><a href="#${r(t.id)}">${e(k(t.id,200))}</a>${c}</th>${s.map(e=>`<td class="number">${e}</td>`).join(``)}</tr>`}const $={measured:{sign:`✓`,rank:2,outcome:`passed`},short:{sign:`…`,rank:1,outcome:`inconclusive`},failed:{sign:`✗`,rank:0,outcome:`failed`},skipped:{sign:`↓`,rank:3,outcome:`skipped`}};function*St(e,t,n){if(e.length===0){yield`<p class="absent">Nothing was measured.</p>`;return}let r=Math.max(...e.map(e=>p(e)?e.latency.p50Ms:0));yield`<div class="rows">
`;for(let i of e.toSorted((e,t)=>$[e.state].rank-$[t.state].rank))yield`${Ct(i,n(i.id),r,t)}\n`;yield`</div>
<p class="note">The time is the median of the calls; the bars compare the medians.</p>`}function Ct(t,n,i,a){let o=c(t),{sign:s,outcome:l}=o?$.failed:$[t.state],u=t.state===`measured`?void 0:t.reason,d=p(t)?`<svg class="bar" height="4" aria-hidden="true" focusable="false"><rect width="${z(t.latency.p50Ms/(i||1)*100)}" height="4" rx="2"/></svg><span class="time">${x(t.latency.p50Ms)}</span>`:``;return`<details class="test ${l}" id="${n}" data-state="${t.state}"${t.state===`failed`||o?` open`:``}>
<summary><span class="sign" aria-hidden="true">${s}</span><span class="what"><span class="sr">${t.state}: </span><span class="name">${e(k(t.id,400))}</span>${t.state===`short`?`<span class="badge warned">short</span>`:``}${o?`<span class="badge bad">invalid</span>`:``}${u===void 0?``:`<span class="sentence">${r(u)}</span>`}</span>${d}</summary>
<div class="body">${p(t)?wt(t):``}${Et(t,a)}</div>
</details>`}function wt(e){let{latency:t,processes:n}=e,a=e.generator?.invalid;return[a===void 0?``:`<div class="expectation failure"><p class="message">Do not believe these latencies: the load generator could not keep its rate.</p><p class="where">${r(a)}</p></div>`,Y([{side:`head`,label:`latency`,latency:t}],e.id),i(`facts`,[[`Fastest`,x(t.minMs)],[`p25`,x(t.p25Ms)],[`p50`,x(t.p50Ms)],[`p90`,x(t.p90Ms)],[`p95`,x(t.p95Ms)],[`p99`,x(t.p99Ms)],[`p99.9`,x(t.p999Ms)],[`Slowest`,x(t.maxMs)],[`Mean`,`${x(t.meanMs)} ± ${x(t.sdMs)} (CV ${Math.round(t.cvPercent)} %)`],[`Outliers`,`${t.outlierPercent.toFixed(1)} %`],[`Throughput`,b(e.throughputPerSecond)],[`CPU time per call`,x(e.cpuMsPerCall)]]),n.length<2?``:Tt(n)].join(`
`)}function Tt(e){let t=e.map(({n:e,p25Ms:t,p50Ms:n,meanMs:r,p95Ms:i,cpuMsPerCall:a},o)=>`<tr><th scope="row">${o+1}</th><td class="number">${D(e)}</td>${[t,n,r,i,a].map(e=>`<td class="number">${x(e)}</td>`).join(``)}</tr>`);return`<details class="more"><summary>By process</summary><div class="scroll" tabindex="0" role="group" aria-label="By process"><table><thead><tr><th scope="col">Process</th>${[`Calls`,`p25`,`p50`,`Mean`,`p95`,`CPU`].map(e=>`<th scope="col" class="number">${e}</th>`).join(``)}</tr></thead><tbody>${t.join(``)}</tbody></table></div></details>`}function Et(t,n){let{location:r}=t;return i(`facts`,[[`Defined at`,r===void 0?void 0:`<code>${e(ge(r,n))}</code>`],[`Server`,`<code>${e(t.server)}</code>`],[`Calls`,t.state===`skipped`?void 0:J(t.calls)]])}const Dt=[`Base`,`Head`,`Change`,`95 % interval`];function Ot({benchmarks:t},n){let r=f.flatMap(e=>d(t,e)).flatMap(({id:t,metrics:r})=>r.map((i,a)=>{let o=a===0?`<th scope="rowgroup" rowspan="${r.length}"><a href="#${n(t)}">${e(k(t,200))}</a></th>`:``,s=[_(i.metric,i.base),_(i.metric,i.head),y(i.changePercent),C(i)];return`<tr>${o}<td>${T(i.metric)}</td>${s.map(e=>`<td class="number">${e}</td>`).join(``)}<td class="verdict-cell ${i.verdict}">${i.verdict}</td><td class="aside">${e(w(i))}</td></tr>`}));return`<div class="scroll" tabindex="0" role="group" aria-label="All metrics"><table class="metrics"><thead><tr><th scope="col">Benchmark</th><th scope="col">Metric</th>${Dt.map(e=>`<th scope="col" class="number">${e}</th>`).join(``)}<th scope="col">Verdict</th><th scope="col">Rests on</th></tr></thead><tbody>${r.join(``)}</tbody></table></div>`}function kt(t,n){let{config:a,harness:s,verdict:c,comparison:l,error:d}=t;return`<header class="page-header">
<p class="product">MCP Test Harness benchmarks${a.file===void 0?``:` <code>${e(he(a.file,n))}</code>`}</p>
<h1><span class="verdict ${c}">${c}</span> ${e(u(t))}</h1>
${d===void 0?``:`<div class="expectation failure"><p class="message">${r(d.message)}</p><p class="where"><code>${e(d.code)}</code></p>${d.hint===void 0?``:`<p class="hint">${r(d.hint)}</p>`}</div>`}
${l===void 0?``:At(l)}
${i(`facts`,[[`Measured`,e(h(t))],[`Smallest change that counts`,l===void 0?void 0:`±${l.minimumEffectPercent} %`],[`Machine`,e(v(t.machine))],[`Started`,`<time datetime="${e(t.startedAt)}">${e(o(t.startedAt))}</time>`],[`Duration`,E(t.durationMs)],[`Exit code`,String(t.exitCode)],[`Environment`,a.environment===void 0?void 0:e(a.environment)],[`Version`,e(s.version)]])}
</header>`}function At({benchmarks:e}){if(e.length===0)return``;let t=g(e),n=0,r=f.map(r=>{let i=t[r]/e.length*100,a=`<rect class="fill-${r}" x="${z(n)}" width="${z(i)}" height="10"/>`;return n+=i,i===0?``:a}),i=f.filter(e=>t[e]>0).map(e=>`<li class="${e}"><strong>${D(t[e])}</strong> ${e}</li>`);return`<svg class="proportions" height="10" aria-hidden="true" focusable="false">${r.join(``)}</svg>
<ul class="legend">${i.join(``)}</ul>`}const jt={passed:`1a7f37`,regressed:`cf222e`,invalid:`cf222e`,failed:`cf222e`,errored:`b35900`,interrupted:`6e7781`};function*Mt(e,n){let{verdict:r,complete:i,incompleteReason:o=`it did not come to its end`}=e;yield*a({title:`${r}: ${u(e)}`,iconColor:jt[r],style:`${t}
/* Benchmark runs: what the report of a test run does not have. */
:root {
  --base: #3a6ea5;
  --head: #b8500f;
  --band: #e6e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --base: #6ea8e6;
    --head: #f2a25c;
    --band: #232a33;
  }
}
.verdict.regressed {
  color: var(--failed);
}
.page-header .expectation {
  margin-top: 20px;
}
.fill-regressed {
  fill: var(--failed);
}
.fill-improved {
  fill: var(--passed);
}
.fill-inconclusive {
  fill: var(--flaky);
}
.fill-unchanged {
  fill: var(--line-strong);
}
.legend .regressed::before {
  background: var(--failed);
}
.legend .improved::before {
  background: var(--passed);
}
.legend .inconclusive::before {
  background: var(--flaky);
}
.legend .unchanged::before {
  background: var(--line-strong);
}
.chip.regressed {
  --dot: var(--failed);
}
.chip.improved,
.chip.measured {
  --dot: var(--passed);
}
.chip.inconclusive,
.chip.short {
  --dot: var(--flaky);
}
.chip.unchanged {
  --dot: var(--line-strong);
}

/* Rows: name and sentence, interval, change */
.compared > summary,
.forest-head {
  grid-template-columns: 18px minmax(0, 1fr) minmax(160px, 30%) 72px;
}
.forest-head {
  display: grid;
  gap: 10px;
  margin-top: 12px;
  padding-inline: 15px;
}
.forest-head svg,
.forest,
.ratios svg,
.trend > svg,
.distribution > svg {
  display: block;
  width: 100%;
  overflow: visible;
}
.forest-head + .rows {
  margin-top: 0;
}
.regressed > summary > .sign {
  color: var(--failed);
}
.improved > summary > .sign {
  color: var(--passed);
}
.inconclusive > summary > .sign {
  color: var(--flaky);
}
.unchanged > summary > .sign {
  color: var(--skipped);
}
.test > summary {
  scroll-margin-top: 90px;
}
.sentence {
  display: block;
  color: var(--muted);
  font-size: 13.5px;
  overflow-wrap: anywhere;
}
.compared.regressed .time,
.compared.improved .time {
  color: var(--text);
  font-weight: 600;
}
.badge.bad {
  border-color: var(--failed);
  color: var(--failed);
}

/* Charts */
.band {
  fill: var(--band);
}
.zero {
  stroke: var(--line-strong);
  stroke-dasharray: 2 3;
}
.interval {
  stroke-width: 5;
  stroke-linecap: round;
  stroke: var(--line-strong);
  opacity: 0.6;
}
.interval.regressed {
  stroke: var(--failed);
}
.interval.improved {
  stroke: var(--passed);
}
.interval.inconclusive {
  stroke: var(--flaky);
}
.ink {
  fill: var(--skipped);
}
.ink.regressed {
  fill: var(--failed);
}
.ink.improved {
  fill: var(--passed);
}
.ink.inconclusive {
  fill: var(--flaky);
}
.pair-dot {
  fill: var(--plain);
  fill-opacity: 0.75;
}
.pair-dot.beyond {
  fill: none;
  stroke: var(--plain);
  stroke-width: 1.5;
}
.forest-head text,
.ratios text,
.distribution text,
.trend text {
  fill: var(--muted);
  font: 12px var(--sans);
}
.ratios th .aside,
.ratios .number .aside {
  display: block;
}
.ratios tbody th {
  width: 30%;
}
.ratios .chart {
  width: 40%;
  padding-inline: 6px 22px;
}
.ratios tbody td,
.ratios tbody th {
  padding-block: 4px;
}
.ratios tfoot td {
  padding-block: 0;
  border-bottom: 0;
}
.ratios .regressed strong {
  color: var(--failed);
}
.ratios .improved strong {
  color: var(--passed);
}
.distribution {
  margin-top: 8px;
}
.distribution > svg > svg,
.trend > svg > svg {
  overflow: visible;
}
.area {
  stroke-width: 1.5;
}
.area.base {
  fill: var(--base);
  fill-opacity: 0.28;
  stroke: var(--base);
}
.area.head {
  fill: var(--head);
  fill-opacity: 0.28;
  stroke: var(--head);
}
.mark {
  stroke-width: 1.5;
}
.mark.base {
  stroke: var(--base);
}
.mark.head {
  stroke: var(--head);
}
.mark.p95 {
  stroke-dasharray: 3 3;
}
figcaption > span {
  display: block;
}
.sides {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 28px;
  margin-bottom: 2px;
  list-style: none;
  font-variant-numeric: tabular-nums;
}
.sides li::before {
  content: '';
  display: inline-block;
  width: 14px;
  height: 9px;
  margin-right: 7px;
  border: 1.5px solid var(--side);
  background: color-mix(in srgb, var(--side) 30%, transparent);
}
.sides .base {
  --side: var(--base);
}
.sides .head {
  --side: var(--head);
}
.sides strong {
  color: var(--text);
  font-weight: 600;
}
.grid {
  stroke: var(--line);
}
.spread {
  fill: var(--plain);
  fill-opacity: 0.18;
}
.line {
  fill: none;
  stroke: var(--plain);
  stroke-width: 1.5;
}
.point {
  fill: var(--plain);
}
.level {
  stroke: var(--text);
  stroke-width: 1.5;
}
.change {
  stroke-dasharray: 4 3;
}
line.change.regressed {
  stroke: var(--failed);
}
line.change.improved {
  stroke: var(--passed);
}
.trend text.change {
  font-weight: 600;
}
.trend text.change.regressed {
  fill: var(--failed);
}
.trend text.change.improved {
  fill: var(--passed);
}

/* Tables and facts */
.scroll {
  overflow-x: auto;
}
.scroll table {
  display: table;
}
.metrics tbody th {
  max-width: 260px;
  vertical-align: top;
}
.metrics a,
#load a {
  color: var(--text);
  text-decoration-color: var(--line-strong);
}
.metrics td {
  white-space: nowrap;
}
.verdict-cell.regressed {
  color: var(--failed);
  font-weight: 600;
}
.verdict-cell.improved {
  color: var(--passed);
  font-weight: 600;
}
.verdict-cell.inconclusive {
  color: var(--flaky);
}
#load .expectation,
#load p:first-of-type {
  margin-bottom: 14px;
}
.plain {
  list-style: disc;
}
.plain li + li {
  margin-top: 4px;
}

/* Against the baseline */
.baseline + .baseline {
  margin-top: 40px;
  padding-top: 24px;
  border-top: 1px solid var(--line);
}
.baseline > * + * {
  margin-top: 14px;
}
.baseline > .note,
.baseline > .more {
  margin-top: 6px;
}
.baseline > h4 {
  margin-top: 26px;
}
.baseline > h4 + * {
  margin-top: 0;
}
.baseline > h3,
.baseline .plain {
  overflow-wrap: anywhere;
}
.verdict-line {
  font-size: 16px;
}
.baseline .metrics tbody th {
  min-width: 220px;
  max-width: 380px;
}
.baseline .number .aside {
  display: block;
}
.baseline .more > .plain,
.baseline .more > .trend {
  margin-top: 10px;
}

@media (max-width: 720px) {
  .compared > summary {
    grid-template-columns: 18px minmax(0, 1fr) auto;
  }
  .forest,
  .forest-head {
    display: none;
  }
  .ratios,
  .ratios tbody {
    display: block;
    overflow: visible;
  }
  .ratios thead {
    display: none;
  }
  .ratios tr {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px 12px;
    padding-block: 8px;
    border-bottom: 1px solid var(--line);
  }
  .ratios tfoot {
    display: block;
  }
  .ratios tfoot tr {
    padding-block: 0;
    border: 0;
  }
  .ratios tfoot td:not(.chart) {
    display: none;
  }
  .ratios td,
  .ratios tbody th {
    width: auto;
    padding: 0;
    border: 0;
  }
  .ratios .chart {
    grid-column: 1 / -1;
    order: 2;
    width: auto;
    padding: 0;
  }
  .ratios td:last-child {
    grid-column: 1 / -1;
    order: 1;
    text-align: left;
  }
}
@media (forced-colors: active) {
  .distribution,
  .trend,
  .ratios svg,
  .forest {
    forced-color-adjust: none;
  }
}
@media print {
  .compared > summary {
    grid-template-columns: 18px minmax(0, 1fr) 160px 60px;
  }
  .forest,
  .ratios svg,
  .distribution,
  .trend,
  .proportions {
    print-color-adjust: exact;
  }
  .scroll {
    overflow: visible;
  }
  .metrics td {
    white-space: normal;
  }
}
`,script:`
// Filters and links to benchmarks. The page is complete without it.
(() => {
  const find = (id) => document.getElementById(id);
  const filters = find('filters');
  const text = find('filter-text');
  const toggleAll = find('toggle-all');
  const nothing = find('nothing');
  const chips = [...document.querySelectorAll('.chip')];
  const number = new Intl.NumberFormat('en');
  const rows = [...document.querySelectorAll('#benchmarks details.test')].map((element) => ({
    element,
    words: \`\${element.id} \${element.querySelector('summary').textContent}\`.toLowerCase(),
  }));
  const isShown = ({ element }) => !element.hidden;

  function filter() {
    const states = chips.filter((chip) => chip.ariaPressed === 'true').map((chip) => chip.dataset.state);
    const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const row of rows) {
      row.element.hidden = !(
        (states.length === 0 || states.includes(row.element.dataset.state)) &&
        words.every((word) => row.words.includes(word))
      );
    }
    const shown = rows.filter(isShown).length;
    nothing.hidden = shown > 0;
    find('filter-count').textContent = \`\${number.format(shown)} of \${number.format(rows.length)} benchmarks\`;
  }

  function reset() {
    if (!filters) return;
    text.value = '';
    for (const chip of chips) chip.ariaPressed = 'false';
    filter();
  }

  function openTarget() {
    const target = find(decodeURIComponent(location.hash.slice(1)));
    if (!target?.matches('details.test')) return;
    if (target.hidden) reset();
    target.open = true;
    target.scrollIntoView({ block: 'start' });
    target.querySelector('summary').focus({ preventScroll: true });
  }

  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => {
    for (const { element } of rows)
      if (['regressed', 'failed'].includes(element.dataset.state)) element.open = true;
  });
  if (filters) {
    text.addEventListener('input', filter);
    for (const chip of chips) {
      chip.addEventListener('click', () => {
        chip.ariaPressed = chip.ariaPressed === 'true' ? 'false' : 'true';
        filter();
      });
    }
    find('reset').addEventListener('click', () => {
      reset();
      text.focus();
    });
    toggleAll.addEventListener('click', () => {
      const open = toggleAll.ariaPressed !== 'true';
      for (const { element } of rows) if (!element.hidden) element.open = open;
      toggleAll.ariaPressed = String(open);
    });
    filters.hidden = false;
  }
  openTarget();
})();
`,header:kt(e,n),notice:i?void 0:`Incomplete: ${o}. What had been measured by then is here.`,sections:Nt(e,n),harnessVersion:e.harness.version})}function Nt(e,t){let{comparison:i,benchmarks:a,baselines:o=[],findings:c,servers:u}=e,d=[...i?.benchmarks??[],...a].map(({id:e})=>({id:e,durationMs:0})),f=[...new Map(d.map(e=>[e.id,e])).values()],{anchorOf:p}=s(t,f,0),m=[...l(e),...e.warnings],h=bt(e,p),g=new Set(i?.benchmarks.map(({id:e})=>e)),_=a.filter(({state:e,id:t})=>i!==void 0&&!g.has(t)&&(e===`failed`||e===`skipped`)),ee=new Set((i?.benchmarks??a).map(({id:e})=>e));return[o.length===0?void 0:{id:`baseline`,title:`Baseline`,...o.length===1?{}:{amount:o.length},parts:Ge(o,e=>ee.has(e)?p(e):void 0)},{id:`benchmarks`,title:`Benchmarks`,amount:i?.benchmarks.length??a.length,parts:Pt(e,t,p)},_.length===0?void 0:{id:`not-compared`,title:`Not compared`,amount:_.length,parts:St(_,t,p)},h===void 0?void 0:{id:`load`,title:`Under load`,parts:[h]},i===void 0||i.benchmarks.every(({metrics:e})=>e.length===0)?void 0:{id:`metrics`,title:`All metrics`,parts:[Ot(i,p)]},m.length===0?void 0:{id:`warnings`,title:`Warnings`,amount:m.length,parts:[`<ul class="plain">${m.map(e=>`<li>${r(e)}</li>`).join(``)}</ul>`]},c.length===0?void 0:{id:`findings`,title:`Protocol findings`,amount:c.length,parts:[n(c)]},{id:`conditions`,title:`Machine and settings`,parts:[ft(e)]},i===void 0&&u.length===0?void 0:{id:`servers`,title:`Servers`,parts:[pt(e)]}].filter(e=>e!==void 0)}function*Pt(e,t,n){yield`${yt(e)}\n`,yield*e.comparison===void 0?St(e.benchmarks,t,n):lt(e.comparison,t,n),yield`
<p class="absent" id="nothing" hidden>No benchmark matches these filters. <button type="button" class="quiet" id="reset">Show all benchmarks</button></p>`}export{Mt as renderBenchmarkHtml};