package content

// Limits of the platform, in UTF-16 units or items.
const (
	maxText         = 2000
	maxTemplateText = 1000
	maxLink         = 1000
	maxActions      = 10
	maxMenuActions  = 4
	maxQuickReplies = 13
	maxMentions     = 50
)

// shapes reads the members of each content type that is documented as sendable.
var shapes = map[string]func(*reader, *Content){
	"text":            readText,
	"button_template": readButtons,
	"list_template":   readList,
	"carousel":        readCarousel,
	"image_carousel":  readImageCarousel,
	"link":            readLink,
	"sticker":         readSticker,
	"image":           readImage,
	"file":            readFile,
	"audio":           readFile,
	"video":           readFile,
	"location":        readLocation,
	"flex":            readFlex,
}

func readText(r *reader, out *Content) {
	out.Text = r.text("text", true, maxText)
	out.Texts = r.translations("i18nTexts", "text", maxText)
	r.mentions("text", out.Text)
}

func readButtons(r *reader, out *Content) {
	out.Text = r.text("contentText", true, maxTemplateText)
	out.Texts = r.translations("i18nContentTexts", "contentText", maxTemplateText)
	out.Buttons = r.actions("actions", maxActions, buttonActions)
	r.mentions("contentText", out.Text)
}

func readList(r *reader, out *Content) {
	r.inside("coverData", r.take("coverData", false), func(cover *reader) {
		out.Text = cover.text("title", false, 0)
		cover.optional("subtitle", "backgroundImageUrl", "backgroundFileId")
	})
	r.each("elements", 0, true, func(element *reader) {
		element.text("title", true, 0)
		element.optional("subtitle", "originalContentUrl", "fileId")
		if raw := element.take("action", false); raw != nil {
			element.inside("action", raw, func(a *reader) { out.Buttons = append(out.Buttons, a.action(buttonActions)) })
		}
	})
	out.Buttons = append(out.Buttons, r.actionRows("actions")...)
}

func readCarousel(r *reader, out *Content) {
	r.optional("imageAspectRatio", "imageSize")
	r.each("columns", 0, true, func(column *reader) {
		column.optional("originalContentUrl", "fileId", "title")
		out.Text = joinLines(out.Text, column.text("text", false, 0))
		out.Buttons = append(out.Buttons, column.actions("actions", 0, carouselActions)...)
		if raw := column.take("defaultAction", false); raw != nil {
			column.inside("defaultAction", raw, func(a *reader) { a.action(carouselActions) })
		}
	})
}

func readImageCarousel(r *reader, out *Content) {
	r.each("columns", 0, true, func(column *reader) {
		column.optional("originalContentUrl", "fileId")
		column.inside("action", column.take("action", true), func(a *reader) {
			out.Buttons = append(out.Buttons, a.action(imageCarouselActions))
		})
	})
}

func readLink(r *reader, out *Content) {
	out.Text = r.text("contentText", true, maxTemplateText)
	out.Texts = r.translations("i18nContentTexts", "contentText", maxTemplateText)
	label := r.text("linkText", true, maxTemplateText)
	labels := r.translations("i18nLinkTexts", "linkText", maxTemplateText)
	out.Buttons = []Action{{Type: "uri", Label: label, Labels: labels, URI: r.text("link", true, maxLink)}}
	r.mentions("contentText", out.Text)
}

func readSticker(r *reader, _ *Content) {
	r.text("packageId", true, 0)
	r.text("stickerId", true, 0)
}

func readImage(r *reader, _ *Content) {
	file := r.text("fileId", false, 0)
	r.text("previewImageUrl", file == "", maxLink)
	r.text("originalContentUrl", file == "", maxLink)
}

func readFile(r *reader, _ *Content) {
	file := r.text("fileId", false, 0)
	r.text("originalContentUrl", file == "", maxLink)
}

func readLocation(r *reader, out *Content) {
	out.Text = r.text("title", true, 0)
	r.text("address", true, 0)
	r.number("latitude", true)
	r.number("longitude", true)
}

func readFlex(r *reader, out *Content) {
	out.Text = r.text("altText", true, 0)
	out.Texts = r.translations("i18nAltTexts", "altText", 0)
	r.take("contents", true)
}

func (r *reader) optional(names ...string) {
	for _, name := range names {
		r.text(name, false, 0)
	}
}

func joinLines(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + "\n" + second
}
