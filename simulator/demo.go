package simulator

import "fmt"

// DemoCompany is the name of the tenant that Demo makes.
const DemoCompany = "打刻デモ株式会社"

// DemoWorld is what Demo made.
type DemoWorld struct {
	Domain int64
	People []User // 佐藤 花子, 鈴木 太郎, 田中 美咲, John Smith
	Bot    CredentialsV2
	Room   Room // 営業部, with everybody and the bot
}

// Demo fills the world with a small company: four people, the API 2.0 bot 打刻
// and the group room 営業部. A second call fails, as the people exist by then.
func Demo(s *Simulator) (DemoWorld, error) {
	demo := DemoWorld{Domain: s.NewTenant(DemoCompany)}
	for _, person := range []User{ // with fixed ids: who comes back under another one is another person
		{ID: "6a1f0b5e-3c52-4d0e-9b1a-000000000001", Email: "hanako@demo.example", FamilyName: "佐藤", GivenName: "花子"},
		{ID: "6a1f0b5e-3c52-4d0e-9b1a-000000000002", Email: "taro@demo.example", FamilyName: "鈴木", GivenName: "太郎"},
		{ID: "6a1f0b5e-3c52-4d0e-9b1a-000000000003", Email: "misaki@demo.example", FamilyName: "田中", GivenName: "美咲"},
		{ID: "6a1f0b5e-3c52-4d0e-9b1a-000000000004", Email: "john@demo.example", FamilyName: "Smith", GivenName: "John", Language: "en_US"},
	} {
		person.Domain = demo.Domain
		user, err := s.NewUser(person)
		if err != nil {
			return DemoWorld{}, fmt.Errorf("demo person: %w", err)
		}
		demo.People = append(demo.People, user)
	}
	var err error
	if demo.Bot, err = s.NewBotV2(BotSpec{Domain: demo.Domain, Name: "打刻"}); err != nil {
		return DemoWorld{}, fmt.Errorf("demo bot: %w", err)
	}
	for _, user := range demo.People {
		if _, err := s.Direct(user.ID, demo.Bot.BotID); err != nil {
			return DemoWorld{}, fmt.Errorf("demo room: %w", err)
		}
	}
	demo.Room, err = s.NewRoom(demo.Domain, "営業部", ids(demo.People), []string{demo.Bot.BotID})
	if err != nil {
		return DemoWorld{}, fmt.Errorf("demo room: %w", err)
	}
	return demo, nil
}

func ids(users []User) []string {
	out := make([]string, 0, len(users))
	for _, user := range users {
		out = append(out, user.ID)
	}
	return out
}
