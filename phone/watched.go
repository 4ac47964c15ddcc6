package phone

import (
	"github.com/patchcord/patchcord/pbxws"
)

// watch notes that a person wants a notice when an account is free.
func (k *link) watch(id pbxws.AccountID, on bool) {
	if !on {
		delete(k.watched, id)
		return
	}
	k.watched[id] = k.pbx.Lamp(k.pbx.Accounts.At(id))
	k.say(GradeInfo, "you will be told when "+k.party(string(id)).String()+" is free")
}

// lookAtWatched reports which watched accounts became free, each once.
func (k *link) lookAtWatched() {
	for id, was := range k.watched {
		is := k.pbx.Lamp(k.pbx.Accounts.At(id))
		if is == pbxws.LampFree && was != pbxws.LampFree {
			delete(k.watched, id)
			k.say(GradeDone, k.party(string(id)).String()+" is free")
			continue
		}
		k.watched[id] = is
	}
}
