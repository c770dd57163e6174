#!/bin/bash
# Shell, language and mirrors of those who work in the image, as its build arguments say.
set -euo pipefail

usermod --shell "$NB_SHELL" "$NB_USER"
install -o "$NB_UID" -g "$NB_GID" -m 664 /etc/skel/.zshrc "$HOME"

if [[ ${NB_LANGUAGE:-} ]]; then
    packs=$(cd /usr/local/lib/python3*/dist-packages && printf '%s ' jupyterlab_language_pack_??_??)
    if [[ " $packs" != *"_pack_$NB_LANGUAGE "* ]]; then
        echo "NB_LANGUAGE=$NB_LANGUAGE: there are ${packs//jupyterlab_language_pack_/}" >&2
        exit 1
    fi
    install -d /usr/local/share/jupyter/lab/settings/overrides.d
    printf '{"@jupyterlab/translation-extension:plugin": {"locale": "%s"}}\n' "$NB_LANGUAGE" \
        >/usr/local/share/jupyter/lab/settings/overrides.d/language.json
    # Matplotlib does not ask the system for a font that has a character.
    font=""
    case $NB_LANGUAGE in
        ja_JP) apt-install fonts-ipaexfont-gothic && font=IPAexGothic ;;
        zh_CN) apt-install fonts-wqy-microhei && font="WenQuanYi Micro Hei" ;;
    esac
    if [[ $font ]]; then
        install -d /etc/ipython
        printf 'c.InlineBackend.rc = {"font.family": ["sans-serif", "%s"]}\n' "$font" \
            >/etc/ipython/ipython_kernel_config.py
    fi
fi

if [[ -d /opt/conda ]]; then
    ln -s /opt/conda/condabin/conda /usr/local/bin/conda
    ln -s /opt/conda/etc/profile.d/conda.sh /etc/profile.d/conda.sh
fi

[[ $KEEP_MIRRORS == 1 ]] || exit 0
[[ -z ${APT_MIRROR:-} ]] || apt-mirror /etc/apt
if [[ ${UV_DEFAULT_INDEX:-} ]]; then
    printf '[global]\nindex-url = %s\n' "$UV_DEFAULT_INDEX" >/etc/pip.conf
    install -d /etc/uv
    printf '[[index]]\nurl = "%s"\ndefault = true\n' "$UV_DEFAULT_INDEX" >/etc/uv/uv.toml
fi
if [[ ${CONDA_MIRROR:-} && -d /opt/conda ]]; then
    printf '%s\n' "default_channels: [$CONDA_MIRROR/pkgs/main]" "channel_alias: $CONDA_MIRROR/cloud" \
        >>/opt/conda/.condarc
fi
if [[ ${GIT_MIRROR:-} ]]; then
    git config --system "url.$GIT_MIRROR/.insteadOf" https://github.com/
fi
