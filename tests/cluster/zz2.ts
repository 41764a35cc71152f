import { startCluster } from "./support/cluster.ts";
import { loadImage } from "./support/images.ts";
const b="/tmp/kb/bin/";
const t0=Date.now(); const at=()=>((Date.now()-t0)/1000).toFixed(1);
const c=await startCluster({nodes:3,pauseImage:"spot-messaging/pause:proto",report:(m)=>console.log(m),programs:{apiServer:"/root/.cache/spot-messaging/kube-apiserver-v1.34.4-225874134341",kubelet:b+"kubelet",controllerManager:b+"kube-controller-manager",scheduler:b+"kube-scheduler",proxy:b+"kube-proxy",kubectl:b+"kubectl",kubeRouter:"/bin/true"}});
console.log(at(),"started",c.folder);
for (const i of ["spot-messaging/pause:proto","spot-messaging/services:cd612898a8ec"]) console.log(at(), await loadImage(c,i));
