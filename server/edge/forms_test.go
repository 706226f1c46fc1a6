package edge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/fault"
)

func TestFormBody(t *testing.T) {
	t.Parallel()
	for form, body := range map[string]string{
		"":                                   `{}`,
		"a=1&b=x+y%26":                       `{"a":"1","b":"x y&"}`,
		"a=1&a=2":                            `{"a":"2"}`,
		"a[b]=1&a[c][d]=2":                   `{"a":{"b":"1","c":{"d":"2"}}}`,
		"a[]=1&a[]=2":                        `{"a":["1","2"]}`,
		"a[][x]=1&a[][y]=2&a[][x]=3":         `{"a":[{"x":"1","y":"2"},{"x":"3"}]}`,
		"a[][x][z]=1&a[][x][w]=2":            `{"a":[{"x":{"z":"1","w":"2"}}]}`,
		"a[][x][]=1&a[][x][]=2&a[][y]=3":     `{"a":[{"x":["1","2"],"y":"3"}]}`,
		"a%5Bb%5D=":                          `{"a":{"b":""}}`,
		"a[b=1":                              `{"a":"1"}`,
		"customer[external_id]=x&&customer=": `{"customer":""}`,
	} {
		read, err := formBody([]byte(form))
		require.NoError(t, err, form)
		require.JSONEq(t, body, string(read), form)
	}
}

func TestFormBody_Refused(t *testing.T) {
	t.Parallel()
	deep := "a"
	for range maxFormDepth {
		deep += "[b]"
	}
	for _, form := range []string{"a=1&a[b]=2", "a[b]=1&a[]=2", "a[]=1&a[][b]=2", "a[][]=1", "%zz=1", "a=%zz", deep + "=1"} {
		_, err := formBody([]byte(form))
		refusal, isFault := fault.As(err)
		require.True(t, isFault, form)
		require.Equal(t, fault.BadRequest, refusal.Kind, form)
	}
}

func TestIsForm(t *testing.T) {
	t.Parallel()
	require.True(t, isForm("application/x-www-form-urlencoded; charset=utf-8"))
	for _, other := range []string{"", "application/json", "multipart/form-data", ";"} {
		require.False(t, isForm(other), other)
	}
}
