package render

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"codeberg.org/go-pdf/fpdf"
)

// The room of a logo, in millimetres.
const (
	logoWidth  = 62.0
	logoHeight = 18.0
)

// maxPixels is how many pixels a logo has at most. A small file can claim
// billions of them.
const maxPixels = 16 << 20

// drawLogo draws the logo in the upper right corner and returns its height, 0
// when there is none.
func (p *printer) drawLogo(y float64) float64 {
	content, kind, size, ok := p.paper.Logo.read()
	if !ok {
		return 0
	}
	width, height := logoHeight*float64(size.X)/float64(size.Y), logoHeight
	if width > logoWidth {
		width, height = logoWidth, logoWidth*float64(size.Y)/float64(size.X)
	}
	options := fpdf.ImageOptions{ImageType: kind}
	p.pdf.RegisterImageOptionsReader("logo", options, bytes.NewReader(content))
	p.pdf.ImageOptions("logo", margin+contentWidth-width, y, width, height, false, options, 0, "")
	return height
}

// read returns the picture in a form that the PDF can hold. The standard
// library decodes it first, because the one that writes the file does not bear
// everything.
func (l *Logo) read() (content []byte, kind string, size image.Point, ok bool) {
	if l == nil {
		return nil, "", size, false
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(l.Content))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, "", size, false
	}
	size = image.Pt(config.Width, config.Height)
	switch format {
	case "jpeg":
		_, err = jpeg.Decode(bytes.NewReader(l.Content))
		return l.Content, "JPEG", size, err == nil
	case "png":
		content, err = plainPNG(l.Content)
		return content, "PNG", size, err == nil
	default:
		return nil, "", size, false
	}
}

// plainPNG writes a picture anew, with eight bits for each colour and in one
// pass.
func plainPNG(content []byte) ([]byte, error) {
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	plain := image.NewNRGBA(image.Rect(0, 0, picture.Bounds().Dx(), picture.Bounds().Dy()))
	for y := range plain.Rect.Dy() {
		for x := range plain.Rect.Dx() {
			plain.Set(x, y, picture.At(picture.Bounds().Min.X+x, picture.Bounds().Min.Y+y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, plain); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
