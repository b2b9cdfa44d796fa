from __future__ import annotations
import time, collections
from connkit.deploy.applying import Ending
from connkit.platform import Fault
READ=["401","403","404","409","429","500","502-empty","503","200-error","stall","drop","stale"]
NOEFF=[k for k in READ if k!="stale"]
AFTER=["stall-after","drop-after","502-empty-after","200-error-after"]
def kinds(step):
    k = READ if step in ("list","get","content") else NOEFF
    if step in ("blob","create","update"): k = k + AFTER
    if step=="create": k = k + ["nameless-after"]
    return k
def test_clean(stage, tmp_path, warm_paconn, rehearsal):
    c = __import__("sys").modules[type(rehearsal).__module__]
    table=collections.defaultdict(list)
    n=0; t0=time.perf_counter()
    for action in ("create","update"):
        r=c.rehearsal_of(*stage, tmp_path/action, warm_paconn)
        r.prepare(action)
        a=r.deploy(); assert a.ending is Ending.DONE, a.told
        steps=[s.step for s in r.platform.seen]
        print(action, steps)
        for pos,step in enumerate(steps):
            nth=steps[:pos].count(step)
            for kind in kinds(step):
                for times in (1,None):
                    n+=1
                    r=c.rehearsal_of(*stage, tmp_path/f"c{n}", warm_paconn)
                    r.prepare(action)
                    if step=="blob" and kind.startswith("stall"): r.seconds=0.6
                    r.platform.fault(Fault(step,kind,after=nth,times=times))
                    a=r.deploy()
                    bad=r.wrong("none" if action=="create" else "old", a)
                    name=f"{action} {pos+1} ({step} {nth}) {kind} {'once' if times else 'ever'}"
                    if bad: print("WRONG",name,a.ending,a.told,bad)
                    table[(action,times,a.ending.name,a.told)].append((pos+1,step,kind))
                    r.platform.clear_faults(); r.seconds=60
                    b=None
                    if a.ending is Ending.PARTIAL or r.holds!=("none" if action=="create" else "old"):
                        r.platform.seen.clear()
                        b=r.deploy()
                        if b.blocked:
                            if times==1 : table["blocked", b.blocked].append(name)
                            b=r.deploy(c.Wish(c.NAME,create_again=True))
                        if b.ending is not Ending.DONE or r.holds!="new" or r.journal or not r.record: print("SECOND",name,b.ending,b.told,b.blocked,r.holds,r.journal)
    print(n, time.perf_counter()-t0)
    for k,v in table.items(): print(k,"\n      ",v)
